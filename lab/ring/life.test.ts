import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Bucket, GENESIS, openingOf } from '../../lib/timeline/bucket.ts'
import { nextBucket, shouldOpenNext } from '../../lib/timeline/opening.ts'
import { DEFAULT_RULES } from '../../lib/timeline/rules.ts'
import { lifeOf, type Random, randomFrom } from './life.ts'

const BORN_AT = 1_800_000_000
const DAY = 86_400
const phase = fc.record({
  seconds: fc.integer({ min: 1, max: 3_000 }),
  perSecond: fc.double({ min: 0.001, max: 5_000, noNaN: true }),
})

test('every message is in one time bucket, and each opening is in a later second than the one before', () => {
  const lives = fc.tuple(fc.array(phase, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 1_000 }))
  fc.assert(
    fc.property(lives, ([phases, seed]) => {
      const timeline = lifeOf(BORN_AT, phases, randomFrom(seed))
      const sent = phases.reduce((sum, { seconds, perSecond }) => sum + seconds * perSecond, 0)
      const stored = timeline.reduce((sum, { rows }) => sum + rows, 0)
      expect(Math.abs(stored / sent - 1)).toBeLessThan(1e-6)
      const seconds = timeline.map(({ bucket }) => openingOf(bucket).openedAtSeconds)
      expect(seconds).toEqual([...new Set(seconds)].sort((a, b) => a - b))
      for (const { bucket, lanes } of timeline) expect(openingOf(bucket).lanes).toBe(lanes)
    }),
  )
})

test('a dialog of one message a minute has one lane, except for one coin in 10,000, and 10,000 rows per bucket on average', () => {
  const years = 1_000 * 365 * DAY
  const timeline = lifeOf(BORN_AT, [{ seconds: years, perSecond: 1 / 60 }], randomFrom(1))
  expect(timeline.length).toBeGreaterThan(50_000)
  expect(timeline.filter(({ lanes }) => lanes > 1).length / timeline.length).toBeLessThan(1 / 10_000)
  const mean = timeline.reduce((sum, { rows }) => sum + rows, 0) / timeline.length
  expect(mean / 10_000).toBeCloseTo(1, 1)
})

test('a torrent gets 32 to 64 lanes within a minute, and cools down to one afterwards', () => {
  const storm = { seconds: 600, perSecond: 10_000 }
  const timeline = lifeOf(BORN_AT, [storm, { seconds: DAY, perSecond: 1 }], randomFrom(1))
  const settled = timeline.filter(({ from }) => from > BORN_AT + 60 && from < BORN_AT + storm.seconds)
  expect(settled.length).toBeGreaterThan(3)
  expect(settled.every(({ lanes }) => lanes >= 32)).toBe(true)
  expect(timeline.at(-1)?.lanes).toBe(1)
})

test('a life drawn at once resembles one in which each message decides whether it opens the next bucket', () => {
  const rates = [...Array(100).fill(1_000), ...Array(1_000).fill(1)]
  const phases = rates.map((perSecond) => ({ seconds: 1, perSecond }))
  const random = randomFrom(1)
  const lives = Array.from({ length: 6 }, () => ({
    drawn: lifeOf(BORN_AT, phases, random),
    sent: bucketsOf(rates, random),
  }))
  const openings = { drawn: 0, sent: 0 }
  for (const { drawn, sent } of lives) {
    openings.drawn += drawn.length - 1
    openings.sent += sent.length - 1
    expect([drawn.at(-1)?.lanes, openingOf(sent.at(-1) ?? GENESIS).lanes]).toEqual([1, 1])
  }
  expect(openings.sent).toBeGreaterThan(30)
  expect(Math.abs(openings.drawn / openings.sent - 1)).toBeLessThan(0.3)
})

/** Of each message of each second, whose random bits stand where an id has its coin and its cooling bits. */
const bucketsOf = (rates: number[], random: Random): Bucket[] => {
  const buckets: Bucket[] = [GENESIS]
  const send = (nowMs: number) => {
    const newest = buckets.at(-1) ?? GENESIS
    const bits = Math.floor(random() * 16 ** 9)
      .toString(16)
      .padStart(9, '0')
    const message = { id: `01a1fd71-63d4-7${bits[0]}00-9332-3f70${bits.slice(1)}`, bytes: 1 }
    const isOpened = shouldOpenNext(message, newest, nowMs, DEFAULT_RULES)
    const next = isOpened ? nextBucket(newest, nowMs, DEFAULT_RULES) : undefined
    if (next) buckets.push(next)
  }
  for (const [second, perSecond] of rates.entries())
    for (let n = 0; n < perSecond; n += 1) send((BORN_AT + second) * 1000 + (n * 1000) / perSecond)
  return buckets
}
