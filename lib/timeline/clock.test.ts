import { expect, test } from '@jest/globals'
import { judgeClock } from './clock.ts'

const verdict = (offsetMs: number, roundTripMs: number) =>
  judgeClock([{ offsetMs, roundTripMs, at: 0 }]).verdict

test('a clock is within bounds up to half of S apart, the doubt of the round trip in its favour', () => {
  expect(verdict(0, 2)).toBe('within')
  expect(verdict(251, 2)).toBe('within')
  expect(verdict(-251, 2)).toBe('within')
  expect(verdict(252, 2)).toBe('out')
  expect(verdict(-252, 2)).toBe('out')
})

test('a slow round trip decides nothing', () => {
  expect(verdict(0, 251)).toBe('undecided')
  expect(verdict(10_000, 251)).toBe('undecided')
})

test('the fastest of several probes decides', () => {
  const slow = { offsetMs: 900, roundTripMs: 240, at: 0 }
  const fast = { offsetMs: 3, roundTripMs: 1, at: 0 }
  expect(judgeClock([slow, fast, slow])).toEqual({ verdict: 'within', best: fast })
})

test('a comparison that is not a number never passes', () => {
  expect(verdict(Number.NaN, 1)).toBe('out')
})
