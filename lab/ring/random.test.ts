import { expect, test } from '@jest/globals'
import { randomFrom, waiting } from './life.ts'

test('the numbers of a seed are the same in every run, and differ from those of another seed', () => {
  const first = (seed: number) => Array.from({ length: 3 }, randomFrom(seed))
  expect(first(1)).toEqual(first(1))
  expect(first(1)).not.toEqual(first(2))
})

test('numbers are from 0 to below 1, and the average wait is the given mean', () => {
  const random = randomFrom(1)
  const draws = Array.from({ length: 20_000 }, random)
  expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true)
  const waits = draws.map(() => waiting(7, random))
  expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length).toBeCloseTo(7, 0)
})
