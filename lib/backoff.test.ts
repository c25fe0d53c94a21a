import { expect, test } from '@jest/globals'
import { backoffMs } from './backoff.ts'

test('doubles with each failure, up to three seconds', () => {
  expect([0, 1, 2, 3, 7, 8, 1_000].map((failures) => backoffMs(failures, 1))).toEqual([
    0, 50, 100, 200, 3_000, 3_000, 3_000,
  ])
})

test('is a random part of that', () => {
  expect([0, 0.25, 0.5].map((random) => backoffMs(3, random))).toEqual([0, 50, 100])
})
