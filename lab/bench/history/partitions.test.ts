import { expect, test } from '@jest/globals'
import { bucketOf, GENESIS } from '../../../lib/timeline/bucket.ts'
import { issuesOfRows, tableOf } from './main.ts'

const held = [
  { bucket: GENESIS, rows: [40] },
  { bucket: bucketOf({ openedAtSeconds: 1_800_000_000, lanes: 2 }), rows: [10, 30] },
  { bucket: bucketOf({ openedAtSeconds: 1_800_000_009, lanes: 1 }), rows: [20] },
]

test('partitions are listed by their number of lanes', () => {
  const rows = tableOf(held).split('\n').slice(2)
  expect(rows.map((row) => row.match(/\d+/g)?.map(Number))).toEqual([
    [1, 2, 2, 60, 40, 30],
    [2, 1, 2, 40, 30, 20],
  ])
})

test('every acknowledged message has a row, and all other rows belong to failed sends', () => {
  expect(issuesOfRows(held, 100, 0)).toEqual([])
  expect(issuesOfRows(held, 98, 2)).toEqual([])
  expect(issuesOfRows(held, 101, 3)).toEqual([expect.stringContaining('100 rows of 101')])
  expect(issuesOfRows(held, 98, 1)).toEqual([expect.stringContaining('100 rows of 98')])
})
