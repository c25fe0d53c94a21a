import { expect, test } from '@jest/globals'
import type { Client } from 'cassandra-driver'
import { replicasByToken } from './tokens.ts'

const a_ring = () => {
  const hashed: string[] = []
  const metadata = {
    keyspaces: { dialogs: {} },
    newToken: (key: Buffer) => {
      hashed.push(key.toString())
      return `token of ${key}`
    },
    getReplicas: (keyspace: string, token: string) => [`${keyspace}, ${token}`],
  }
  return { hashed, metadata: metadata as unknown as Client['metadata'] }
}

test('each key has the replicas of its own token, is hashed once, and again when it was forgotten for others', () => {
  const { hashed, metadata } = a_ring()
  const replicasOf = replicasByToken(metadata, 2)
  for (const key of ['a', 'b', 'a', 'c', 'b'])
    expect(replicasOf('dialogs', Buffer.from(key))).toEqual([`dialogs, token of ${key}`])
  expect(hashed).toEqual(['a', 'b', 'c', 'b'])
})

test('nothing is hashed while the keyspace is not known: the statement then goes to any node', () => {
  const { hashed, metadata } = a_ring()
  expect(replicasByToken(metadata)('other', Buffer.from('a'))).toBeNull()
  expect(hashed).toEqual([])
})
