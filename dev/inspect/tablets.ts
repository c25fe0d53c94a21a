/**
 * Who has a partition on ScyllaDB, where tablets move between nodes and the driver's ring says nothing of it: rows of
 * `system.tablets`, `system.local` and `system.peers`, as ScyllaDB documents them (docs/dev/system_keyspace.md there).
 * Never run against ScyllaDB by this project's tests, which have none; rows of the same types are.
 */

type Row = Record<string, unknown>
/** `lastToken` is the last that it owns; it begins behind the last of the one before. */
export type Tablet = { lastToken: bigint; replicas: { hostId: string; shard: number }[] }

/** A row without a token has what belongs to the whole table. */
export const tabletsOf = (rows: Row[]): Tablet[] =>
  rows
    .filter((row) => row['last_token'] !== null)
    .map((row) => ({
      lastToken: BigInt(String(row['last_token'])),
      replicas: (row['replicas'] as { get: (index: number) => unknown }[]).map((replica) => ({
        hostId: String(replica.get(0)),
        shard: Number(replica.get(1)),
      })),
    }))

/** Host ids -> the addresses for clients. */
export const hostsOf = (rows: Row[]): Map<string, string> =>
  new Map(rows.map((row) => [String(row['host_id']), String(row['rpc_address'])]))

/** Node and shard of each replica; a node that nobody has an address of is named by its id. @param tablets by token */
export const replicasOnTablets = (tablets: Tablet[], token: bigint, hosts: Map<string, string>): string[] =>
  (tablets.find(({ lastToken }) => token <= lastToken)?.replicas ?? []).map(
    ({ hostId, shard }) => `${hosts.get(hostId) ?? `node ${hostId}`} shard ${shard}`,
  )
