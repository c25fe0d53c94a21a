import { expect, test } from '@jest/globals'
import { GENESIS, lastBucketOf } from './bucket.ts'

test('genesis is the number 0, below every bucket that was ever opened', () => {
  expect(GENESIS).toBe(0)
  expect(lastBucketOf(0)).toBeGreaterThan(GENESIS)
})

test('the last bucket of a second is below the first of the next, and an exact integer for every UUIDv7 stamp', () => {
  const lastSecond = Math.floor((2 ** 48 - 1) / 1000)
  for (const second of [0, 1_800_000_000, lastSecond]) {
    expect(lastBucketOf(second)).toBe(second * 1024 + 1023)
    expect(Number.isSafeInteger(lastBucketOf(second))).toBe(true)
    expect(lastBucketOf(second)).toBeLessThan((second + 1) * 1024)
  }
})
