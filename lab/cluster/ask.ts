/** What a node says about itself alone, asked over CQL without the other nodes. */

import { setTimeout as sleep } from 'node:timers/promises'
import { Client, policies, types } from 'cassandra-driver'
import { addressOf, DATA_CENTER, NATIVE_PORT, type Place } from './place.ts'
import type { Tokens } from './tokens.ts'

const CONNECT_MS = 5_000
/** Counting reads all the data that the node has. */
const ANSWER_MS = 60_000
/** A consistency level that the driver lacks: the node answers from its own data alone. */
const NODE_LOCAL = 11 as types.consistencies

const TABLES = 'SELECT keyspace_name, table_name FROM system_schema.tables'
const WRITES = 'SELECT keyspace_name, table_name, count FROM system_views.local_write_latency'
const PEERS = 'SELECT peer, tokens FROM system.peers_v2'
const OWN_TOKENS = 'SELECT tokens FROM system.local'
const isSystem = (keyspace: string) => /^system(_|$)/.test(keyspace)

export type TableFigures = {
  /** `keyspace.table` */
  table: string
  /** Writes to this node as a replica since its last start, without the data that it took over when it joined. */
  writes: number
  /** All rows on this node, even of ranges that it has given away: `nodetool cleanup` removes those. */
  rows: number
}

/** @throws Error when the node does not answer */
export const figuresOf = (address: string): Promise<TableFigures[]> =>
  asking(address, async (client) => {
    const written = new Map<string, number>()
    for (const row of (await client.execute(WRITES)).rows) written.set(nameIn(row), Number(row['count']))
    const tables = (await client.execute(TABLES)).rows.filter((row) => !isSystem(row['keyspace_name']))
    const figures: TableFigures[] = []
    for (const table of tables.map(nameIn).sort()) {
      const { rows } = await client.execute(`SELECT count(*) FROM ${table}`, [], { consistency: NODE_LOCAL })
      figures.push({ table, writes: written.get(table) ?? 0, rows: Number(rows[0]?.['count']) })
    }
    return figures
  })

/** The tokens of all nodes in the ring that this node knows, including its own. */
const tokensKnownTo = (address: string): Promise<bigint[]> =>
  asking(address, async (client) => {
    const rows = [...(await client.execute(OWN_TOKENS)).rows, ...(await client.execute(PEERS)).rows]
    return rows.flatMap((row) => (row['tokens'] ?? []) as string[]).map(BigInt)
  })

const nameIn = (row: types.Row) => `${row['keyspace_name']}.${row['table_name']}`

const asking = async <T>(address: string, ask: (client: Client) => Promise<T>): Promise<T> => {
  const anyone = new policies.loadBalancing.RoundRobinPolicy()
  const client = new Client({
    contactPoints: [address],
    localDataCenter: DATA_CENTER,
    protocolOptions: { port: NATIVE_PORT, maxVersion: types.protocolVersion.v4 },
    policies: {
      loadBalancing: new policies.loadBalancing.WhiteListPolicy(anyone, [`${address}:${NATIVE_PORT}`]),
    },
    socketOptions: { connectTimeout: CONNECT_MS, readTimeout: ANSWER_MS },
  })
  try {
    await client.connect()
    return await ask(client)
  } finally {
    await client.shutdown()
  }
}

const LIMIT_MS = 60_000
const POLL_MS = 250

/**
 * Resolves when each of these nodes knows the tokens of all of them, and no others.
 * @throws Error when a node does not after a minute
 */
export const untilAgreed = async (place: Place, ring: Tokens[]): Promise<void> => {
  const all = inOrder(ring.flatMap(({ tokens }) => tokens))
  const deadline = Date.now() + LIMIT_MS
  for (const { node } of ring) {
    while (inOrder(await tokensKnownTo(addressOf(place, node))) !== all) {
      if (Date.now() > deadline) throw new Error(`node ${node} does not know the ring after a minute`)
      await sleep(POLL_MS)
    }
  }
}

const inOrder = (tokens: bigint[]) => tokens.map(String).sort().join()
