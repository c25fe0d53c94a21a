import { expect, test } from '@jest/globals'
import { hostsOf, replicasOnTablets, tabletsOf } from './tablets.ts'

/** A tuple as the driver returns it. */
const replica = (hostId: string, shard: number) => ({ get: (index: number) => [hostId, shard][index] })
const hosts = hostsOf([
  { host_id: 'a', rpc_address: '10.0.0.1' },
  { host_id: 'b', rpc_address: '10.0.0.2' },
])
const tablets = tabletsOf([
  { last_token: '-4611686018427387905', replicas: [replica('a', 0), replica('b', 3)] },
  { last_token: '-1', replicas: [replica('b', 1)] },
  { last_token: '9223372036854775807', replicas: [replica('a', 2), replica('c', 5)] },
])
const nodesOf = (token: bigint) => replicasOnTablets(tablets, token, hosts)

test('a token belongs to the first tablet that does not end before it', () => {
  expect(nodesOf(-(2n ** 63n) + 1n)).toEqual(['10.0.0.1 shard 0', '10.0.0.2 shard 3'])
  expect(nodesOf(-4611686018427387905n)).toEqual(['10.0.0.1 shard 0', '10.0.0.2 shard 3'])
  expect(nodesOf(-4611686018427387904n)).toEqual(['10.0.0.2 shard 1'])
  expect(nodesOf(-1n)).toEqual(['10.0.0.2 shard 1'])
})

test('a node without an address is named by its id', () => {
  expect(nodesOf(0n)).toEqual(['10.0.0.1 shard 2', 'node c shard 5'])
  expect(nodesOf(2n ** 63n - 1n)).toEqual(nodesOf(0n))
})

test('a table that shares the tablets of another one has none of its own', () => {
  expect(tabletsOf([{ last_token: null, replicas: null }])).toEqual([])
})
