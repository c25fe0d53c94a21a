import { expect, test } from '@jest/globals'
import { bitsFrom, randomFrom, waiting } from './random.ts'

test('chance is SplitMix64, by its published numbers', () => {
  const bits = bitsFrom(1234567n)
  expect([bits(), bits(), bits()]).toEqual([6457827717110365317n, 3203168211198807973n, 9817491932198370423n])
})

test('numbers are from 0 to below 1, and waiting takes its mean on average', () => {
  const random = randomFrom(1n)
  const draws = Array.from({ length: 20_000 }, random)
  expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true)
  const waits = draws.map(() => waiting(7, random))
  expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length).toBeCloseTo(7, 0)
})
