/** The system tables that drivers read when they connect: a node's description of itself, its peers and the schema. */
import { boolean, inet, mapOfTexts, setOfTexts, type Type, text, uuid } from './cells.ts'
import type { Column, Row, Table } from './table.ts'

export type Identity = {
  address: string
  hostId: string
  dataCenter: string
  tokens: string[]
}
/** What all nodes have in common. */
export type Known = { keyspaces: string[]; replicas: number; dataCenter: string }

const RELEASE = text('5.0.8')
const SCHEMA_VERSION = uuid('00000000-0000-4000-8000-000000000000')

/** The cells of `system.peers`; drivers do not read the columns that are missing here. */
const cellsOf = ({ address, hostId, dataCenter, tokens }: Identity): Record<string, [Type, Buffer]> => ({
  rpc_address: ['inet', inet(address)],
  data_center: ['text', text(dataCenter)],
  rack: ['text', text('rack1')],
  tokens: ['set<text>', setOfTexts(tokens)],
  host_id: ['uuid', uuid(hostId)],
  release_version: ['text', RELEASE],
  schema_version: ['uuid', SCHEMA_VERSION],
})

const localCells = (node: Identity): Record<string, [Type, Buffer]> => ({
  key: ['text', text('local')],
  cluster_name: ['text', text('fake')],
  partitioner: ['text', text('org.apache.cassandra.dht.Murmur3Partitioner')],
  ...cellsOf(node),
})

const peerCells = (node: Identity): Record<string, [Type, Buffer]> => ({
  peer: ['inet', inet(node.address)],
  ...cellsOf(node),
})

const keyspaceCells = (name: string, { replicas, dataCenter }: Known): Record<string, [Type, Buffer]> => ({
  keyspace_name: ['text', text(name)],
  durable_writes: ['boolean', boolean(true)],
  replication: [
    'map<text,text>',
    mapOfTexts({
      class: 'org.apache.cassandra.locator.NetworkTopologyStrategy',
      [dataCenter]: String(replicas),
    }),
  ],
})

/** Undefined for a table that is not a system table. Those without content are empty. */
export const systemTable = (
  name: string,
  node: Identity,
  peers: Identity[],
  known: Known,
): Table | undefined => {
  if (name === 'system.local') return tableOf(name, [localCells(node)])
  if (name === 'system.peers') return tableOf(name, peers.map(peerCells), peerCells(node))
  if (name === 'system_schema.keyspaces') {
    const rows = known.keyspaces.map((keyspace) => keyspaceCells(keyspace, known))
    return tableOf(name, rows, keyspaceCells('', known))
  }
  if (name === 'system_virtual_schema.keyspaces') return tableOf(name, [], keyspaceCells('', known))
  if (name === 'system_schema.columns') return tableOf(name, [], NO_COLUMN)
  return undefined
}

const NO_COLUMN: Record<string, [Type, Buffer]> = Object.fromEntries(
  ['keyspace_name', 'table_name', 'column_name'].map((name) => [name, ['text', text('')]]),
)

/** One partition: its rows fit into a reply. */
const tableOf = (name: string, rows: Record<string, [Type, Buffer]>[], like = rows[0]): Table => {
  const columns: Column[] = Object.entries(like ?? {}).map(([column, [type]]) => ({ name: column, type }))
  const cells: Row[] = rows.map((row) => columns.map((column) => row[column.name]?.[1]))
  return {
    name,
    columns,
    partitionKey: [],
    clustering: [],
    isDescending: false,
    partitions: new Map([['', cells]]),
  }
}
