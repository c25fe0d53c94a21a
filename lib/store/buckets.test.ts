import { expect, test } from '@jest/globals'
import { dialogIdOf, lowestIdAt, type UserId } from '../model/ids.ts'
import { bucketOf, bucketOfLane, GENESIS } from '../timeline/bucket.ts'
import { bucketsTable } from './buckets.ts'
import type { Execute } from './scylla/statement.ts'

const dialog = dialogIdOf('alice' as UserId, 'bob' as UserId)
const UNMARKED = { listed_low: null, listed_high: null, read_low: null, read_high: null }
const newest = (bucket: number | null, statics: Record<string, unknown> = {}) => {
  const row = { bucket, visible_from: null, ...UNMARKED, ...statics }
  const execute = (async () => ({ rows: [row] })) as unknown as Execute
  return bucketsTable.newestBucket(execute, dialog)
}
const opening = bucketOf({ openedAtSeconds: 1_800_000_000, lanes: 4 })

test('an index row has the number of a time bucket', async () => {
  expect(await newest(opening)).toEqual({ rows: [{ bucket: opening }] })
})

test.each([null, GENESIS])(
  'a partition without openings, which has static columns alone, has no index row: %s',
  async (bucket) => {
    expect(await newest(bucket)).toEqual({ rows: [] })
    const marks = { low: { listed: GENESIS }, high: {} }
    expect(await newest(bucket, { listed_low: 0 })).toEqual({ rows: [], marks })
  },
)

test('the marks of both sides come with the newest index row', async () => {
  const id = lowestIdAt(1_700_000_000_000)
  expect(await newest(opening, { listed_high: opening, read_high: id, read_low: id })).toEqual({
    rows: [{ bucket: opening }],
    marks: { low: { readUpTo: id }, high: { listed: opening, readUpTo: id } },
  })
})

test.each([bucketOfLane(opening, 3), opening + 4, -1, 1])(
  'a number that no time bucket can have, %d, is refused: it would hide what stands there',
  async (number) => {
    await expect(newest(number)).rejects.toMatchObject({ kind: 'database_unavailable' })
    const listed = newest(null, { listed_low: number })
    await expect(listed).rejects.toMatchObject({ kind: 'database_unavailable' })
  },
)
