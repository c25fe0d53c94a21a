import { expect, test } from '@jest/globals'
import { bucketOf } from '../../../lib/timeline/bucket.ts'
import { momentsIn, stretchesOf } from './stretches.ts'

const SECOND = 1_800_000_000
const at = (seconds: number) => (SECOND + seconds) * 1000
const row = (seconds: number, lanes: number, visibleAfterMs = 0) => ({
  bucket: bucketOf({ openedAtSeconds: SECOND + seconds, lanes }),
  visibleFromMs: at(seconds) + visibleAfterMs,
})
const life = { fromMs: at(0), toMs: at(100) }

test('a stretch begins when the previous bucket can hold no more ids, and ends where the next one opens', () => {
  const stretches = stretchesOf([row(20, 2, 300), row(50, 1)], life)
  expect([...stretches]).toEqual([
    [
      1,
      [
        { fromMs: at(0) + 3_501, toMs: at(20) - 1 },
        { fromMs: at(50) + 3_501, toMs: at(100) },
      ],
    ],
    [2, [{ fromMs: at(20) + 300 + 3_501, toMs: at(50) - 1 }]],
  ])
})

test('a short-lived bucket, or one opened in the same second as another, has no stretch', () => {
  expect([...stretchesOf([row(20, 2), row(22, 4), row(22, 8)], life).keys()]).toEqual([1, 8])
})

test('moments are spread over all spans in proportion to their length', () => {
  const spans = [
    { fromMs: 0, toMs: 10 },
    { fromMs: 100, toMs: 130 },
  ]
  expect(momentsIn(spans, 4)).toEqual([5, 105, 115, 125])
})
