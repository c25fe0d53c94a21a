import { expect, test } from '@jest/globals'
import { judged, type Request } from './requests.ts'

const requests = [
  { status: 200, endedMs: 1 },
  { status: 'no reply', endedMs: 5 },
] as Request[]
const figures = (made: number, dropped: number, fails: number) => ({
  state: { testRunDurationMs: 1_000 },
  metrics: { http_reqs: { values: { count: made } }, dropped_iterations: { values: { count: dropped } } },
  root_group: { checks: [{ name: 'a list is newest first', passes: 7, fails }] },
})

test('every request of a load is on record, or the run is refused', () => {
  expect(judged(requests, figures(2, 0, 0)).requests).toEqual(requests)
  expect(() => judged(requests, figures(3, 0, 0))).toThrow('k6 made 3 requests and wrote 2 down')
  expect(() => judged(requests, figures(1, 0, 0))).toThrow('k6 made 1 requests and wrote 2 down')
})

test('a request that was cut short may or may not be counted', () => {
  const cut = [...requests, { status: 'hung up' }] as Request[]
  for (const made of [2, 3]) expect(judged(cut, figures(made, 0, 0)).requests).toEqual(cut)
  for (const made of [1, 4]) expect(() => judged(cut, figures(made, 0, 0))).toThrow('nothing can be said')
})

test('a request that ends after the stop was cut short: its client hung up, unless it was answered', () => {
  const statuses = (made: number) =>
    judged(requests, figures(made, 0, 0), 5).requests.map(({ status }) => status)
  expect([statuses(1), statuses(2)]).toEqual([
    [200, 'hung up'],
    [200, 'hung up'],
  ])
  expect(() => judged(requests, figures(1, 0, 0), 6)).toThrow('nothing can be said')
  expect(judged(requests, figures(0, 0, 0), 1).requests).toMatchObject([
    { status: 200 },
    { status: 'hung up' },
  ])
})

test('failed checks of the clients are counted, and requests that they could not begin in time', () => {
  expect(judged(requests, figures(2, 4, 5)).amiss).toEqual({
    'not so: a list is newest first': 5,
    'requests that k6 could not begin in time': 4,
  })
})
