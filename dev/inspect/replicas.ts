/** Which nodes have a partition: by ScyllaDB's tablets if the keyspace has them, otherwise by the driver's ring. */

import { allPages } from '../../lib/buckets/pages.ts'
import type { OwnerId } from '../../lib/model/ids.ts'
import type { Database } from '../../lib/store/scylla/connect.ts'
import type { Define } from '../../lib/store/scylla/define.ts'
import type { Execute, Statement } from '../../lib/store/scylla/statement.ts'
import type { Bucket } from '../../lib/timeline/bucket.ts'
import { bigintColumn, compositeKey } from './partition-key.ts'
import { hostsOf, replicasOnTablets, tabletsOf } from './tablets.ts'
import { tokenOf } from './token.ts'

const SELECT_TABLE = 'SELECT id FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?'
const SELECT_TABLETS: Statement = {
  kind: 'read',
  cql: 'SELECT last_token, replicas FROM system.tablets WHERE table_id = ?',
}
const SELECT_SELF = 'SELECT host_id, rpc_address FROM system.local'
const SELECT_PEERS = 'SELECT host_id, rpc_address FROM system.peers'

const TABLETS_A_PAGE = 1_000

export type Replicas = { source: string; of: (owner: OwnerId, bucket: Bucket) => string[] }

/** Reads the tablets of this table once: a later move is not noticed. Each table has its own. */
export const findReplicas = async (
  database: Database,
  execute: Execute,
  keyspace: string,
  table: 'messages' | 'inbox' = 'messages',
): Promise<Replicas> => {
  // A node describes itself in one table and its peers in another: both must be read from the same node.
  const define = database.throughOneCoordinator()
  const tablets = await readTablets(define, execute, [keyspace, table])
  const keyOf = (owner: OwnerId, bucket: Bucket) => compositeKey([owner, bigintColumn(bucket)])
  if (tablets.length === 0)
    return {
      source: "the driver's ring",
      of: (...partition) => database.replicasOf(keyOf(...partition)).map(hostOf),
    }
  const hosts = hostsOf([...(await define(SELECT_SELF)).rows, ...(await define(SELECT_PEERS)).rows])
  return {
    source: 'system.tablets',
    of: (...partition) => replicasOnTablets(tablets, tokenOf(keyOf(...partition)), hosts),
  }
}

/** Only ScyllaDB has the table, and only keyspaces that were created with tablets have rows in it. */
const readTablets = async (define: Define, execute: Execute, table: [keyspace: string, name: string]) => {
  const [hasTablets] = (await define(SELECT_TABLE, ['system', 'tablets'])).rows
  const [found] = (await define(SELECT_TABLE, table)).rows
  if (!hasTablets || !found) return []
  return tabletsOf(
    await allPages((from) => execute(SELECT_TABLETS, [found['id']], { size: TABLETS_A_PAGE, from })),
  )
}

/** Without the port, as tools like nodetool name nodes. */
const hostOf = (address: string) => address.replace(/:\d+$/, '')
