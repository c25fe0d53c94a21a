import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type Bucket,
  bucketOf,
  bucketOfLane,
  GENESIS,
  lastBucketOf,
  openingOf,
  parseBucket,
} from './bucket.ts'

const LAST_SECOND = Math.floor((2 ** 48 - 1) / 1000)
const openings = fc.record({
  openedAtSeconds: fc.integer({ min: 1, max: LAST_SECOND }),
  lanes: fc.integer({ min: 0, max: 6 }).map((power) => 2 ** power),
})

test('genesis is the number 0: second 0, one lane, below every time bucket ever opened', () => {
  expect(openingOf(GENESIS)).toEqual({ openedAtSeconds: 0, lanes: 1 })
  expect(bucketOf({ openedAtSeconds: 0, lanes: 1 })).toBe(GENESIS)
})

test('every lane of every time bucket has a number of its own, from which the opening can be read', () => {
  fc.assert(
    fc.property(openings, (opening) => {
      for (let lane = 0; lane < opening.lanes; lane += 1) {
        const bucket = bucketOfLane(bucketOf(opening), lane)
        expect(Number.isSafeInteger(bucket)).toBe(true)
        expect(openingOf(bucket)).toEqual(opening)
        expect(parseBucket(bucket)).toBe(bucket)
      }
      expect(parseBucket(bucketOfLane(bucketOf(opening), opening.lanes))).toBeUndefined()
    }),
  )
})

test('numbers sort by second, then by lane count', () => {
  fc.assert(
    fc.property(openings, openings, (a, b) => {
      const order = a.openedAtSeconds - b.openedAtSeconds || a.lanes - b.lanes
      expect(Math.sign(bucketOf(a) - bucketOf(b))).toBe(Math.sign(order))
      expect(bucketOf(a)).toBeLessThanOrEqual(lastBucketOf(a.openedAtSeconds))
      expect(bucketOf(a)).toBeGreaterThan(lastBucketOf(a.openedAtSeconds - 1))
    }),
  )
})

test.each([
  ['below genesis', -1],
  ['a fraction', 1024.5],
  ['NaN', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['second 0 with two lanes', 64],
  ['128 lanes', 1024 + 7 * 64],
  ['lane 1 of one', 1025],
  ['lane 2 of two', 1024 + 64 + 2],
  ['after the last stamp', (LAST_SECOND + 1) * 1024],
])('%s is not the number of a partition', (_, number) => {
  expect(parseBucket(number as Bucket)).toBeUndefined()
})
