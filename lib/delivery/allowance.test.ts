import { expect, test } from '@jest/globals'
import { Allowance } from './allowance.ts'

const spent = (allowance: Allowance, atMs: number) => {
  let count = 0
  while (count < 1_000 && allowance.spend(atMs)) count += 1
  return count
}

test('a client may send 40 frames at once, and 20 more a second later', () => {
  const allowance = new Allowance(5_000)
  expect([spent(allowance, 5_000), spent(allowance, 6_000), spent(allowance, 6_025)]).toEqual([40, 20, 0])
})

test('it saves up no more than 40, however long it is silent', () => {
  const allowance = new Allowance(0)
  expect(spent(allowance, 3_600_000)).toBe(40)
})

test('what it sent while its connection was not read is no burst, and is not counted twice', () => {
  const allowance = new Allowance(0)
  expect(spent(allowance, 0)).toBe(40)
  allowance.extend(5_000)
  expect(spent(allowance, 5_000)).toBe(100)
  expect(spent(allowance, 6_000)).toBe(20)
})
