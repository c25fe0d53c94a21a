import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Fault } from '../errors.ts'
import type { UserId } from '../model/ids.ts'
import { rateLimiter } from './rate-limiter.ts'

const [alice, bob, carol] = ['alice', 'bob', 'carol'] as UserId[] as [UserId, UserId, UserId]
const NOW = 1_800_000_000_000

/** How many of `tries` at one moment get through. */
const taken = (spend: ReturnType<typeof rateLimiter>, sender: UserId, nowMs: number, tries = 1_000) => {
  let count = 0
  for (let attempt = 0; attempt < tries; attempt += 1) {
    try {
      spend(sender, nowMs)
      count += 1
    } catch (error) {
      if (!(error instanceof Fault && error.kind === 'too_many_sends')) throw error
    }
  }
  return count
}

describe('a sender', () => {
  test('has a burst, and after that what has refilled since, never more than a burst', () => {
    const spend = rateLimiter({ perSecond: 10, burst: 30 })
    expect(taken(spend, alice, NOW)).toBe(30)
    expect(taken(spend, alice, NOW + 99)).toBe(0)
    expect(taken(spend, alice, NOW + 100)).toBe(1)
    expect(taken(spend, alice, NOW + 1_100)).toBe(10)
    expect(taken(spend, alice, NOW + 3_600_000)).toBe(30)
  })

  test('takes nothing from another', () => {
    const spend = rateLimiter({ perSecond: 1, burst: 1 })
    expect([alice, bob, alice].map((sender) => taken(spend, sender, NOW, 1))).toEqual([1, 1, 0])
  })

  test('may send as often as it likes where no rate is set', () => {
    expect(taken(rateLimiter(undefined), alice, NOW)).toBe(1_000)
  })

  test('is forgotten, and has a full burst again, when many others have sent since', () => {
    const spend = rateLimiter({ perSecond: 1, burst: 2 }, 2)
    expect([alice, bob, alice].map((sender) => taken(spend, sender, NOW))).toEqual([2, 2, 0])
    expect(taken(spend, carol, NOW)).toBe(2)
    expect([alice, bob].map((sender) => taken(spend, sender, NOW))).toEqual([0, 2])
  })
})

describe('whatever the clock does', () => {
  const step = fc.record({
    clockMs: fc.integer({ min: 0, max: 10 ** 13 }),
    tries: fc.integer({ min: 0, max: 50 }),
  })
  const rate = fc.record({
    perSecond: fc.integer({ min: 1, max: 100 }),
    burst: fc.integer({ min: 1, max: 40 }),
  })

  test('who waits for a second may send: nobody is locked out', () => {
    fc.assert(
      fc.property(rate, fc.array(step, { minLength: 1 }), (asked, steps) => {
        const spend = rateLimiter(asked)
        for (const { clockMs, tries } of steps) {
          expect(taken(spend, alice, clockMs, tries)).toBeLessThanOrEqual(asked.burst)
          taken(spend, alice, clockMs, asked.burst)
          expect(taken(spend, alice, clockMs + 1_000, 1)).toBe(1)
        }
      }),
    )
  })

  test('in a time that passes evenly, no more get through than a burst and the rate', () => {
    const passing = fc.array(fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 60 })))
    fc.assert(
      fc.property(rate, passing, (asked, moments) => {
        const spend = rateLimiter(asked)
        let now = NOW
        let sum = 0
        for (const [laterMs, tries] of moments) {
          now += laterMs
          sum += taken(spend, alice, now, tries)
          expect(sum).toBeLessThanOrEqual(asked.burst + ((now - NOW) * asked.perSecond) / 1000 + 1e-6)
        }
      }),
    )
  })
})
