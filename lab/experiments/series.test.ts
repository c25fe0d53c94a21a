import { expect, test } from '@jest/globals'
import { figuresOf, type Mark, phasesOf, secondsOf, type Timed } from './verdicts.ts'

const at = (beganMs: number, durationMs = 10, more: Partial<Timed> = {}): Timed => ({
  class: 'town',
  beganMs,
  durationMs,
  status: 200,
  ...more,
})

test('a percentile is the least time that this part of the requests does not exceed', () => {
  const times = Array.from({ length: 200 }, (_, index) => at(0, 200 - index))
  expect(figuresOf(times, 1)).toMatchObject({ p50Ms: 100, p95Ms: 190, p99Ms: 198, maxMs: 200 })
  expect(figuresOf([at(0, 7)], 1)).toMatchObject({ p50Ms: 7, p99Ms: 7, maxMs: 7 })
})

test('failures are counted by status, are not acknowledged, and are part of the times', () => {
  const answers = [
    at(0, 1),
    at(0, 2, { status: 503 }),
    at(0, 3, { status: 503 }),
    at(0, 4, { status: 'no reply' }),
  ]
  expect(figuresOf(answers, 2)).toEqual({
    requests: 4,
    acknowledged: 1,
    perSecond: 0.5,
    p50Ms: 2,
    p95Ms: 4,
    p99Ms: 4,
    maxMs: 4,
    errors: { 0: 1, 503: 2 },
  })
})

test('seconds are counted from the first request, separately for each class of client', () => {
  const requests = [at(12_999), at(10_500), at(11_499, 1, { class: 'celebrity' })]
  expect(secondsOf(requests).map(({ second, classes }) => [second, Object.keys(classes)])).toEqual([
    [0, ['celebrity', 'town']],
    [2, ['town']],
  ])
})

test('a phase contains the requests from its mark to the next, and ends with its last request', () => {
  const marks: Mark[] = [
    { atMs: 1_000, what: 'begin' },
    { atMs: 3_000, what: 'a node is killed' },
    { atMs: 6_000, what: 'the end' },
  ]
  const phases = phasesOf([at(1_000), at(2_000), at(2_999), at(3_000), at(5_000), at(6_000)], marks)
  expect(phases).toMatchObject([
    { since: 'begin', fromSeconds: 0, toSeconds: 1.999, classes: { town: { requests: 3, perSecond: 1.5 } } },
    {
      since: 'a node is killed',
      fromSeconds: 2,
      toSeconds: 4,
      classes: { town: { requests: 2, perSecond: 1 } },
    },
  ])
})
