import { expect, test } from '@jest/globals'
import { randomPool } from './random.ts'

test('no bytes are given out twice, and none change afterwards', () => {
  const random = randomPool()
  const given = Array.from({ length: 5_000 }, () => random(10))
  const texts = given.map((bytes) => Buffer.from(bytes).toString('hex'))
  expect(new Set(texts).size).toBe(given.length)
  expect(given.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(texts)
  for (const bytes of given) expect(bytes).toHaveLength(10)
})
