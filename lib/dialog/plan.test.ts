import { expect, test } from '@jest/globals'
import { GENESIS } from '../timeline/bucket.ts'
import { allows } from './plan.ts'

const plan = { newest: GENESIS, isVisible: true, readAtMs: 10_000 }

test('a plan allows stamps up to one second after the start of its read, inclusive', () => {
  expect(allows(plan, 11_000, 10_900)).toBe(true)
  expect(allows(plan, 11_001, 10_900)).toBe(false)
})

test('a plan that was read by a clock that has been set back since allows nothing', () => {
  expect(allows(plan, 10_000, 10_000)).toBe(true)
  expect(allows(plan, 10_000, 9_999)).toBe(false)
})
