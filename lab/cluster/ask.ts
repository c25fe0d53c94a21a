/** What one node of a cluster says about itself, whatever the others hold: asked over CQL, of no other node. */

import { setTimeout as sleep } from 'node:timers/promises'
import { Client, policies, types } from 'cassandra-driver'
import { addressOf, DATA_CENTER, NATIVE_PORT, type Place } from './place.ts'
import type { Tokens } from './tokens.ts'

const CONNECT_MS = 5_000
/** Counting reads all the data that the node has. */
const ANSWER_MS = 60_000
/** Not among those of the driver: the node that is asked answers from its own data alone. */
const NODE_LOCAL = 11 as types.consistencies

const TABLES = 'SELECT keyspace_name, table_name FROM system_schema.tables'
const WRITES = 'SELECT keyspace_name, table_name, count FROM system_views.local_write_latency'
const PEERS = 'SELECT peer, tokens FROM system.peers_v2'
const OWN_TOKENS = 'SELECT tokens FROM system.local'
const isSystem = (keyspace: string) => /^system(_|$)/.test(keyspace)

export type TableFigures = {
  /** `keyspace.table` */
  table: string
  /** Written here since the node was last started, as a replica; what it took over when it joined is not among it. */
  writes: number
  /** All that are here, even of ranges that are no longer the node's: those go by `nodetool cleanup`. */
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

/** The tokens of all nodes that it knows to be in the ring, itself among them. */
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
 * Resolves when each of these nodes knows the tokens of them all, and no others.
 * @throws Error when one does not after a minute
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
