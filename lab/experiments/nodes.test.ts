import { expect, test } from '@jest/globals'
import type { NodeStatus } from '../cluster/status.ts'
import { KEYSPACE } from './ground.ts'
import { figuresOfNode, unevenness } from './stage.ts'

const node = (number: number, messages: number) =>
  ({
    node: number,
    state: 'up',
    owns: 0.25,
    loadBytes: 7,
    tables: [
      { table: `${KEYSPACE}.buckets`, writes: 1_000, rows: 5 },
      { table: `${KEYSPACE}.messages`, writes: messages, rows: 6 },
    ],
  }) as NodeStatus

test('unevenness is the writes of messages to the busiest node divided by the mean', () => {
  const before = [node(1, 50), node(2, 0), node(3, 0), node(4, 9)]
  expect(unevenness(before, [node(1, 150), node(2, 100), node(3, 100), node(4, 109)])).toBe(1)
  expect(unevenness(before, [node(1, 150), node(2, 0), node(3, 0), node(4, 9)])).toBe(4)
  expect(unevenness(before, [{ ...node(1, 150), tables: undefined }, ...before.slice(1)])).toBeNaN()
})

test('figures of a node are sums over its tables, and are left out for a node that did not answer', () => {
  expect(figuresOfNode(node(1, 500))).toEqual({
    node: 1,
    state: 'up',
    owns: 0.25,
    loadBytes: 7,
    writes: 1_500,
    rows: 11,
  })
  const silent = { ...node(1, 500), tables: new Error('no answer') }
  expect(Object.keys(figuresOfNode(silent))).toEqual(['node', 'state', 'owns', 'loadBytes'])
})
