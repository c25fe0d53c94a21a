import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { lifeOf } from './life.ts'
import { randomFrom } from './random.ts'

const BORN_AT = 1_800_000_000
const DAY = 86_400
const phase = fc.record({
  seconds: fc.integer({ min: 1, max: 3_000 }),
  perSecond: fc.double({ min: 0.001, max: 5_000, noNaN: true }),
})

test('every message is in one time bucket, and each opening is in a later second than the one before', () => {
  const lives = fc.tuple(fc.array(phase, { minLength: 1, maxLength: 4 }), fc.bigInt({ min: 0n, max: 1_000n }))
  fc.assert(
    fc.property(lives, ([phases, seed]) => {
      const timeline = lifeOf(BORN_AT, phases, randomFrom(seed))
      const sent = phases.reduce((sum, { seconds, perSecond }) => sum + seconds * perSecond, 0)
      const stored = timeline.reduce((sum, { rows }) => sum + rows, 0)
      expect(Math.abs(stored / sent - 1)).toBeLessThan(1e-6)
      for (const [i, { openedAt, lanes }] of timeline.entries()) {
        expect([1, 2, 4, 8, 16, 32, 64]).toContain(lanes)
        if (i > 0) expect(openedAt).toBeGreaterThan(timeline[i - 1]?.openedAt ?? Number.NaN)
      }
    }),
  )
})

test('a dialog of a message a minute has one lane, but for a coin in 10,000, and 10,000 rows a bucket on average', () => {
  const years = 1_000 * 365 * DAY
  const timeline = lifeOf(BORN_AT, [{ seconds: years, perSecond: 1 / 60 }], randomFrom(1n))
  expect(timeline.length).toBeGreaterThan(50_000)
  expect(timeline.filter(({ lanes }) => lanes > 1).length / timeline.length).toBeLessThan(1 / 10_000)
  const mean = timeline.reduce((sum, { rows }) => sum + rows, 0) / timeline.length
  expect(mean / 10_000).toBeCloseTo(1, 1)
})

test('a torrent gets 32 to 64 lanes within a minute, and cools down to one afterwards', () => {
  const storm = { seconds: 600, perSecond: 10_000 }
  const timeline = lifeOf(BORN_AT, [storm, { seconds: DAY, perSecond: 1 }], randomFrom(1n))
  const settled = timeline.filter(({ from }) => from > BORN_AT + 60 && from < BORN_AT + storm.seconds)
  expect(settled.length).toBeGreaterThan(3)
  expect(settled.every(({ lanes }) => lanes >= 32)).toBe(true)
  expect(timeline.at(-1)?.lanes).toBe(1)
})
