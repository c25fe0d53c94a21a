import { expect, test } from '@jest/globals'
import { bucketNumber, lanesByCooling, lanesByHeat } from './openings.ts'

test('the number of a partition holds its second, its lanes and its lane', () => {
  expect(bucketNumber(0, 1, 0)).toBe(0)
  expect(bucketNumber(1, 64, 63)).toBe(1024 + 6 * 64 + 63)
})

test('a bucket that filled fast is followed by more lanes, a slow one by fewer, within 1 and 64', () => {
  expect([3, 4, 14, 15, 120, 121].map((age) => lanesByHeat(4, age))).toEqual([16, 8, 8, 4, 4, 2])
  expect(lanesByHeat(32, 1)).toBe(64)
  expect(lanesByHeat(1, 1_000)).toBe(1)
})

test('the older a cold bucket, the fewer lanes follow it', () => {
  expect([120, 239, 240, 480, 10_000].map((age) => lanesByCooling(16, age))).toEqual([8, 8, 4, 2, 1])
})
