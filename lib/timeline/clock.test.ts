import { expect, test } from '@jest/globals'
import { judgeClock } from './clock.ts'

const verdict = (offsetMs: number, roundTripMs: number) =>
  judgeClock([{ offsetMs, roundTripMs, at: 0 }]).verdict

test('a clock is within bounds only if its true offset cannot exceed half of S', () => {
  expect(verdict(0, 2)).toBe('within')
  expect(verdict(249, 2)).toBe('within')
  expect(verdict(-249, 2)).toBe('within')
  expect(verdict(0, 500)).toBe('within')
})

test('a clock is out of bounds only if its true offset must exceed half of S', () => {
  expect(verdict(252, 2)).toBe('out')
  expect(verdict(-252, 2)).toBe('out')
  expect(verdict(10_000, 2_000)).toBe('out')
})

test('a comparison whose true offset may be on either side of the bound decides nothing', () => {
  for (const offsetMs of [249.5, -249.5, 250, 251, -251]) expect(verdict(offsetMs, 2)).toBe('undecided')
  expect(verdict(0, 501)).toBe('undecided')
  expect(verdict(150, 201)).toBe('undecided')
})

test('the fastest of several probes decides', () => {
  const slow = { offsetMs: 900, roundTripMs: 240, at: 0 }
  const fast = { offsetMs: 3, roundTripMs: 1, at: 0 }
  expect(judgeClock([slow, fast, slow])).toEqual({ verdict: 'within', best: fast })
})

test('a comparison that is not a number never passes', () => {
  expect(verdict(Number.NaN, 1)).toBe('undecided')
})
