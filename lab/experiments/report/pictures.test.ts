import { expect, test } from '@jest/globals'
import { a_recording } from '../../../test/fakes/recorded.ts'
import { labelsOf, leftOf } from './axis.ts'
import { writesBetween } from './picture-nodes.ts'
import { kindsOf, pointsOf } from './picture-requests.ts'

const at = (atSeconds: number, what: string) => ({ atSeconds, what })

test('labels of events that would overlap stand on lines of their own, and no rule crosses them', () => {
  const events = [
    at(0, 'begin'),
    at(50, 'node 1 is stopped'),
    at(51, 'node 1 is started'),
    at(52, 'it answers'),
  ]
  const labels = labelsOf(events, 100)
  expect(labels.map(({ what, line }) => [what, line])).toEqual([
    ['it answers', 0],
    ['node 1 is started', 1],
    ['node 1 is stopped', 2],
    ['begin', 0],
  ])
})

test('labels that would leave the picture stand to the left of their rule', () => {
  const long = 'a word that is far too long for what is left at the end'
  expect(labelsOf([at(0, long), at(99, long)], 100).map(({ isLeft }) => isLeft)).toEqual([true, false])
  expect(leftOf(100, 100)).toBeGreaterThan(leftOf(0, 100))
})

test('writes are counted since the previous look, and from zero for a restarted node', () => {
  const look = (...writes: (number | undefined)[]) => ({
    when: '',
    atSeconds: 0,
    nodes: writes.map((found, index) => ({
      node: index + 1,
      state: 'up',
      owns: 0,
      loadBytes: 0,
      ...(found !== undefined && { writes: found }),
    })),
  })
  const found = writesBetween([look(10, 10), look(30, undefined), look(35, 4, 8), look(35, 10, 9)])
  expect(found.map(({ nodes }) => nodes.map(({ writes }) => writes))).toEqual([
    [10, 10],
    [20, undefined],
    [5, 4, 8],
    [0, 6, 1],
  ])
})

test('a second without requests is a gap in the line', () => {
  const { seconds, phases } = a_recording()
  const [first] = seconds
  const points = pointsOf(kindsOf(phases), [
    { second: 0, classes: first?.classes ?? {} },
    { second: 2, classes: first?.classes ?? {} },
  ])
  expect(points.map(({ second, kind, p99Ms }) => [second, kind, p99Ms])).toEqual([
    [0, 'town', 31.26],
    [1, 'town', undefined],
    [2, 'town', 31.26],
  ])
})
