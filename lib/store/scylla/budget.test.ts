import { expect, test } from '@jest/globals'
import { type Budget, retryBudget } from './budget.ts'

const spent = (budget: Budget, on: 'retry' | 'speculate') => {
  let times = 0
  while (budget[on]()) times += 1
  return times
}
const after = (successes: number, budget = retryBudget()) => {
  for (let n = 0; n < successes; n += 1) budget.succeeded()
  return budget
}

test('attempts beyond the first are at most a tenth of what has succeeded since', () => {
  const budget = retryBudget()
  spent(budget, 'retry')
  expect(budget.retry()).toBe(false)
  expect(spent(after(1_005, budget), 'retry')).toBe(100)
})

test('a slow statement leaves attempts to those that have failed', () => {
  const budget = retryBudget()
  expect([spent(budget, 'speculate'), spent(budget, 'retry')]).toEqual([20, 20])
  expect(spent(after(205, budget), 'speculate')).toBe(0)
  expect(spent(budget, 'retry')).toBe(20)
})

test('a long time of health does not save up more than a burst', () => {
  expect(spent(after(1_000_000), 'retry')).toBe(500)
})
