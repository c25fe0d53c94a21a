/** The replicas of a partition key, by its token, which is remembered: the driver hashes in JavaScript. */
import type { Client, Host, token } from 'cassandra-driver'
import { LRUCache } from 'lru-cache'

/** About 3 MB. A token depends on its key alone, and stays true whatever happens to the ring. */
const KEYS = 10_000

type Ring = Pick<Client['metadata'], 'keyspaces' | 'newToken' | 'getReplicas'>

/** Null where the keyspace is not known, as in a function, which does without the ring. */
export const replicasByToken = (metadata: Ring, keys = KEYS) => {
  const tokens = new LRUCache<string, token.Token>({ max: keys })
  const tokenOf = (partitionKey: Buffer) => {
    const key = partitionKey.toString('latin1')
    const known = tokens.get(key)
    if (known) return known
    const hashed = metadata.newToken(partitionKey)
    tokens.set(key, hashed)
    return hashed
  }
  return (keyspace: string, partitionKey: Buffer): Host[] | null =>
    metadata.keyspaces[keyspace] ? metadata.getReplicas(keyspace, tokenOf(partitionKey)) : null
}
