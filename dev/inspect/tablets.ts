/**
 * Which nodes have a partition on ScyllaDB, where tablets move between nodes and the driver's ring does not follow: from
 * `system.tablets`, `system.local` and `system.peers`, as documented by ScyllaDB (docs/dev/system_keyspace.md there).
 * This project's tests have no ScyllaDB: they use rows of the same types.
 */

type Row = Record<string, unknown>
/** `lastToken` is the last token of the tablet; its first one follows the last of the tablet before. */
export type Tablet = { lastToken: bigint; replicas: { hostId: string; shard: number }[] }

/** A row without a token describes the whole table. */
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

/** Node and shard of each replica; a node without a known address is named by its id. @param tablets in order of tokens */
export const replicasOnTablets = (tablets: Tablet[], token: bigint, hosts: Map<string, string>): string[] =>
  (tablets.find(({ lastToken }) => token <= lastToken)?.replicas ?? []).map(
    ({ hostId, shard }) => `${hosts.get(hostId) ?? `node ${hostId}`} shard ${shard}`,
  )
