import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { messageIdAt } from '../model/ids.ts'
import { bucketOf, GENESIS, openingOf } from './bucket.ts'
import { chooseLane, nextBucket, shouldOpenNext } from './opening.ts'
import { DEFAULT_RULES, rulesIssue } from './rules.ts'

const lanesPower = fc.integer({ min: 0, max: 6 }).map((power) => 2 ** power)
const ids = fc.uint8Array({ minLength: 10, maxLength: 10 }).map((random) => messageIdAt(1_000_000, random))
const newest = (lanes: number) => bucketOf({ openedAtSeconds: 1_000, lanes })
/** An id with these bits: lane, cooling bits, coin. */
const idWith = ({ lane = 0, cooling = 1, coin = 0.999 }) => {
  const random = Buffer.alloc(10)
  random.writeUInt8(cooling, 0)
  random.writeUInt8(lane, 1)
  random.writeUInt32BE(Math.floor(coin * 2 ** 32), 6)
  return messageIdAt(1_000_000, random)
}
const rules = DEFAULT_RULES
const S = 1_000_000

describe('the lane', () => {
  test('is one of those of the time bucket, and always the same for an id', () => {
    fc.assert(
      fc.property(ids, lanesPower, (id, lanes) => {
        const lane = chooseLane(id, newest(lanes)) - newest(lanes)
        expect(lane).toBeGreaterThanOrEqual(0)
        expect(lane).toBeLessThan(lanes)
        expect(chooseLane(id, newest(lanes))).toBe(newest(lanes) + lane)
      }),
    )
  })

  test('takes every value, from bits of its own', () => {
    const lanes = Array.from(
      { length: 64 },
      (_, lane) => chooseLane(idWith({ lane }), newest(64)) - newest(64),
    )
    expect(lanes).toEqual(Array.from({ length: 64 }, (_, lane) => lane))
    expect(chooseLane(idWith({ lane: 63, cooling: 15, coin: 0.5 }), newest(4)) - newest(4)).toBe(3)
  })
})

describe('the coin', () => {
  const opens = (coin: number, bytes: number, lanes: number) =>
    shouldOpenNext({ id: idWith({ coin }), bytes }, newest(lanes), S + 1_000, rules)

  test('is heads once in bucketRows short messages per lane', () => {
    expect(opens(0.99 / 10_000, 10, 1)).toBe(true)
    expect(opens(1.01 / 10_000, 10, 1)).toBe(false)
    expect(opens(0.99 / 40_000, 10, 4)).toBe(true)
    expect(opens(1.01 / 40_000, 10, 4)).toBe(false)
  })

  test('counts bytes if they fill the time bucket before rows do', () => {
    const bytes = rules.bucketBytes / 1_000
    expect(opens(0.99 / 1_000, bytes, 1)).toBe(true)
    expect(opens(1.01 / 1_000, bytes, 1)).toBe(false)
  })
})

describe('the next time bucket', () => {
  const lanesAfter = (lifeSeconds: number, lanes: number) => {
    const next = nextBucket(newest(lanes), S + lifeSeconds * 1000, rules)
    return next && openingOf(next).lanes
  }

  test.each([
    [3, 1, 4],
    [14, 1, 2],
    [15, 1, 1],
    [3, 32, 64],
    [14, 64, 64],
    [120, 8, 8],
    [121, 8, 4],
    [239, 8, 4],
    [240, 8, 2],
    [480, 8, 1],
    [1e9, 64, 1],
    [1e9, 1, 1],
  ])('after one that lasted %d s with %d lanes has %d', (life, lanes, expected) => {
    expect(lanesAfter(life, lanes)).toBe(expected)
  })

  test('follows genesis with one lane', () => {
    expect(nextBucket(GENESIS, 1_800_000_000_999, rules)).toBe(1_800_000_000 * 1024)
  })

  test('is later than the newest, or is not opened', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 * S }), lanesPower, (nowMs, lanes) => {
        const next = nextBucket(newest(lanes), nowMs, rules)
        expect(next === undefined).toBe(nowMs < S + 1_000)
        if (next) expect(openingOf(next).openedAtSeconds).toBe(Math.floor(nowMs / 1000))
      }),
    )
  })
})

test('a time bucket of several lanes older than twice fillSeconds is cold, and one message in 16 opens the next', () => {
  const cools = (cooling: number, lanes: number, lifeSeconds: number) =>
    shouldOpenNext({ id: idWith({ cooling }), bytes: 1 }, newest(lanes), S + lifeSeconds * 1000, rules)
  expect(Array.from({ length: 16 }, (_, bits) => cools(bits, 2, 121)).filter(Boolean)).toHaveLength(1)
  expect(cools(0, 2, 120)).toBe(false)
  expect(cools(0, 1, 1e6)).toBe(false)
})

describe('rules', () => {
  test('are sound by default', () => {
    expect(rulesIssue(rules)).toBeUndefined()
  })

  test.each([
    ['fillSeconds must be', { fillSeconds: 19 }],
    ['fillSeconds must be', { fillSeconds: Number.NaN }],
    ['bucketRows must be', { bucketRows: 1 }],
    ['bucketRows must be', { bucketRows: 2.5 }],
    ['bucketBytes must be', { bucketBytes: 1_000 }],
    ['rows would never count', { bucketBytes: 65_536, bucketRows: 65_537 }],
  ])('that are invalid or contradict each other are refused: %s', (words, change) => {
    expect(rulesIssue({ ...rules, ...change })).toContain(words)
  })
})
