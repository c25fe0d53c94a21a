import { describe, expect, test } from '@jest/globals'
import {
  atLeast,
  atMost,
  type Mark,
  none,
  ownsItsShare,
  servedAgain,
  shownBy,
  type Timed,
  throughputAfter,
} from './verdicts.ts'

const at = (second: number, status: Timed['status'] = 200, client = 'town'): Timed => ({
  class: client,
  beganMs: second * 1_000,
  durationMs: 0,
  status,
})
const holding = (verdicts: { holds: boolean }[]) => verdicts.map(({ holds }) => holds)

test('a limit may be reached but not passed, and holds for no figure that was not measured', () => {
  expect(holding([atMost('p99', 3, 3), atMost('p99', 3, 3.01), atMost('p99', 3, Number.NaN)])).toEqual([
    true,
    false,
    false,
  ])
  expect(
    holding([atLeast('rate', 0.8, 0.8), atLeast('rate', 0.8, 0.79), atLeast('rate', 0.8, Number.NaN)]),
  ).toEqual([true, false, false])
  expect(holding([none('lost', 0), none('lost', 1)])).toEqual([true, false])
})

test('a phase shows something with fifty acknowledgements over all classes', () => {
  const figures = (acknowledged: number) => ({ acknowledged }) as never
  const phase = (...counts: number[]) => ({
    since: 'begin',
    fromSeconds: 0,
    toSeconds: 1,
    classes: Object.fromEntries(counts.map((count, index) => [index, figures(count)])),
  })
  expect(holding(shownBy([phase(20, 30), phase(20, 29), phase()], []))).toEqual([true, false, false])
})

test('an outage shows something with fifty answers that say so', () => {
  const marks: Mark[] = [{ atMs: 0, what: 'all is silent', is: 'outage' }]
  const phase = (refused: number) => {
    const town = { acknowledged: 0, errors: { '503': refused, '0': 60 } } as never
    return { since: 'all is silent', fromSeconds: 0, toSeconds: 1, classes: { town } }
  }
  expect(holding(shownBy([phase(50), phase(49)], marks))).toEqual([true, false])
})

describe('the service has recovered from a fault', () => {
  const marks: Mark[] = [
    { atMs: 0, what: 'begin' },
    { atMs: 5_000, what: 'a node is killed', is: 'fault' },
    { atMs: 10_000, what: 'it answers', is: 'over' },
    { atMs: 30_000, what: 'the end' },
  ]
  const verdicts = (...requests: Timed[]) => holding(servedAgain([at(1), ...requests], marks))

  test('with a success of each class within ten seconds, and no failure later than that', () => {
    expect(verdicts(at(5, 503), at(12, 503), at(20), at(25))).toEqual([true, true])
    expect(verdicts(at(20.001), at(25))).toEqual([false, true])
    expect(verdicts(at(11), at(20, 503))).toEqual([true, false])
    expect(verdicts(at(11), at(20, 'no reply'))).toEqual([true, false])
    expect(verdicts(at(11), at(20, 'hung up'))).toEqual([true, true])
  })

  test('whatever happens to a request that was in flight at the next event', () => {
    const again: Mark[] = [...marks.slice(0, 3), { atMs: 25_000, what: 'another is killed', is: 'fault' }]
    const late = (durationMs: number) => ({ ...at(24, 503), durationMs })
    const found = (durationMs: number) =>
      holding(servedAgain([at(1), at(11), at(21), late(durationMs)], again))
    expect([found(1_001), found(1_000)]).toEqual([
      [true, true],
      [true, false],
    ])
  })

  test('with as many failures as before it, where the load alone is too much', () => {
    expect(verdicts(at(2, 503), at(11), at(20, 503), at(21))).toEqual([true, true])
    expect(verdicts(at(2, 503), at(11), at(20, 503))).toEqual([true, false])
  })

  test('for every class', () => {
    expect(verdicts(at(11), at(12, 503, 'bystanders'), at(25))).toEqual([false, true])
    expect(verdicts(at(11), at(20.001, 200, 'bystanders'))).toEqual([false, true])
  })

  test('but not without any requests', () => {
    expect(verdicts(at(5), at(31))).toEqual([false, false])
    expect(verdicts(at(11))).toEqual([true, false])
    expect(servedAgain([at(11), at(25)], marks.slice(2))).toMatchObject([{ holds: true }, { holds: false }])
    expect(servedAgain([at(1)], marks.toSpliced(2, 1))).toEqual([])
  })
})

test('throughput after a fault is the rate from ten seconds on to its end, divided by the rate before', () => {
  const marks: Mark[] = [
    { atMs: 0, what: 'begin' },
    { atMs: 10_000, what: 'killed', is: 'fault' },
    { atMs: 25_000, what: 'started' },
    { atMs: 30_000, what: 'answers', is: 'over' },
  ]
  const every = (from: number, to: number, step: number) =>
    Array.from({ length: Math.round((to - from) / step) }, (_, index) => at(from + index * step))
  expect(throughputAfter([...every(0, 10, 0.1), ...every(20, 30, 0.125)], marks)).toBeCloseTo(0.8)
  expect(throughputAfter([...every(0, 10, 0.1), ...every(10, 20, 0.1)], marks)).toBe(0)
  expect(throughputAfter(every(0, 10, 0.1), marks.slice(0, 1))).toBeNaN()
})

test('a node owns its share with four fifths of an equal share, rows, and writes', () => {
  const nodes = (owns: number, rows?: number, writes?: number) =>
    [1, 2, 3, 4].map((node) => ({
      node,
      state: 'up',
      owns: node === 4 ? owns : 0.25,
      loadBytes: 0,
      ...(rows !== undefined && { rows }),
      ...(writes !== undefined && { writes }),
    }))
  expect(holding(ownsItsShare(nodes(0.2, 1, 1), 4))).toEqual([true, true, true])
  expect(holding(ownsItsShare(nodes(0.199, 0, 0), 4))).toEqual([false, false, false])
  expect(holding(ownsItsShare(nodes(0.25), 4))).toEqual([true, false, false])
  expect(holding(ownsItsShare(nodes(0.25, 1, 1).slice(0, 3), 4))).toEqual([false, false, false])
})
