import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { lowestIdAt, type MessageId, messageIdAt, stampOf } from '../model/ids.ts'
import { bucketOf, GENESIS } from '../timeline/bucket.ts'
import { timestampOfBucket, timestampOfId } from './register.ts'

/** The last millisecond whose microseconds are exact numbers: in the year 2255. */
const LAST_MS = Math.floor(Number.MAX_SAFE_INTEGER / 1000) - 1
const random = fc.uint8Array({ minLength: 10, maxLength: 10 })
const ids = fc.tuple(fc.nat({ max: LAST_MS }), random).map(([unixMs, bytes]) => messageIdAt(unixMs, bytes))
const buckets = fc
  .record({
    openedAtSeconds: fc.integer({ min: 1, max: Math.floor(LAST_MS / 1000) }),
    lanes: fc.integer({ min: 0, max: 6 }).map((power) => 2 ** power),
  })
  .map(bucketOf)

describe('the timestamp of an id', () => {
  test('never falls from an id to a later one', () => {
    const inOrder = (one: MessageId, other: MessageId) => {
      const [earlier, later] = one < other ? [one, other] : [other, one]
      expect(timestampOfId(earlier)).toBeLessThanOrEqual(timestampOfId(later))
    }
    fc.assert(fc.property(ids, ids, inOrder))
    fc.assert(
      fc.property(ids, random, (id, bytes) => {
        // Where rand_a decides, and at the border of two milliseconds.
        inOrder(id, messageIdAt(stampOf(id), bytes))
        inOrder(id, messageIdAt(stampOf(id) + 1, bytes))
      }),
    )
  })

  test('is an exact number of microseconds within its millisecond', () => {
    fc.assert(
      fc.property(ids, (id) => {
        const timestamp = timestampOfId(id)
        expect(Number.isSafeInteger(timestamp)).toBe(true)
        expect(Math.floor(timestamp / 1000)).toBe(stampOf(id))
      }),
    )
  })

  test('divides the millisecond by rand_a, the 12 bits after the version', () => {
    const at = (randA: string) => timestampOfId(`00000000-03e8-7${randA}-8000-000000000000` as MessageId)
    expect(['000', '004', '005', '800', 'fff'].map(at)).toEqual([
      1_000_000, 1_000_000, 1_000_001, 1_000_500, 1_000_999,
    ])
    expect(timestampOfId(lowestIdAt(0))).toBe(0)
  })
})

describe('the timestamp of a bucket', () => {
  test('is later for every bucket with a higher number', () => {
    fc.assert(
      fc.property(buckets, buckets, (one, other) => {
        expect(Math.sign(timestampOfBucket(one) - timestampOfBucket(other))).toBe(Math.sign(one - other))
      }),
    )
  })

  test('is the microsecond of its opening, plus the digits that tell lane counts apart', () => {
    expect(timestampOfBucket(GENESIS)).toBe(0)
    expect(timestampOfBucket(bucketOf({ openedAtSeconds: 1_700_000_000, lanes: 1 }))).toBe(1.7e15)
    expect(timestampOfBucket(bucketOf({ openedAtSeconds: 1_700_000_000, lanes: 64 }))).toBe(1.7e15 + 384)
    fc.assert(fc.property(buckets, (bucket) => Number.isSafeInteger(timestampOfBucket(bucket))))
  })
})
