import { expect, test } from '@jest/globals'
import { type NodeStatus, textOf } from './status.ts'

const node = (number: number, more: Partial<NodeStatus>): NodeStatus => ({
  node: number,
  tokens: [1n, 2n],
  standing: 'member',
  jmxPort: 7201,
  address: `127.0.0.${number}`,
  folder: '',
  state: 'up',
  pid: 1,
  owns: 0.5,
  loadBytes: 1_572_864,
  tables: undefined,
  ...more,
})

test('the status is a table with sums over all tables, and a dash where a node cannot answer', () => {
  const tables = [
    { table: 'dialogs.buckets', writes: 7, rows: 5 },
    { table: 'dialogs.messages', writes: 1_000, rows: 2_000 },
  ]
  const lines = textOf([
    node(1, { tables }),
    node(2, { state: 'paused' }),
    node(3, { tables: new Error('slow') }),
  ])
  expect(lines.split('\n')).toEqual([
    'node  address    state   tokens  owns    load     writes  rows',
    '1     127.0.0.1  up      2       50.0 %  1.5 MiB  1007    2005',
    '2     127.0.0.2  paused  2       50.0 %  1.5 MiB  -       -',
    '3     127.0.0.3  up      2       50.0 %  1.5 MiB  -       -',
    'node 3 cannot be asked: slow',
  ])
  expect(textOf([])).toBe('there is no cluster')
})
