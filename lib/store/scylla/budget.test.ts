import { expect, test } from '@jest/globals'
import { retryBudget } from './budget.ts'

const spent = (budget: ReturnType<typeof retryBudget>) => {
  let times = 0
  while (budget.spend()) times += 1
  return times
}

test('attempts beyond the first are at most a tenth of what has succeeded since', () => {
  const budget = retryBudget()
  spent(budget)
  expect(budget.spend()).toBe(false)
  for (let n = 0; n < 1_005; n += 1) budget.succeeded()
  expect(spent(budget)).toBe(100)
})

test('a client that is new may try a little, and a long time of health does not save up more than a burst', () => {
  expect(spent(retryBudget())).toBe(20)
  const budget = retryBudget()
  for (let n = 0; n < 1_000_000; n += 1) budget.succeeded()
  expect(spent(budget)).toBe(500)
})
