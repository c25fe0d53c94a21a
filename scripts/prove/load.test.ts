import { expect, test } from '@jest/globals'
import { judged } from './load.ts'
import type { Request } from './requests.ts'

const requests = [{}, {}] as Request[]
const figures = (made: number, dropped: number, fails: number) => ({
  state: { testRunDurationMs: 1_000 },
  metrics: { http_reqs: { values: { count: made } }, dropped_iterations: { values: { count: dropped } } },
  root_group: { checks: [{ name: 'a list is newest first', passes: 7, fails }] },
})

test('of a load every request is on record, or nothing is said', () => {
  expect(judged(requests, figures(2, 0, 0)).requests).toBe(requests)
  expect(() => judged(requests, figures(3, 0, 0))).toThrow('k6 made 3 requests and wrote 2 down')
})

test('what the clients found wrong is counted, and what they could not ask in time', () => {
  expect(judged(requests, figures(2, 4, 5)).amiss).toEqual({
    'not so: a list is newest first': 5,
    'requests that k6 could not begin in time': 4,
  })
})
