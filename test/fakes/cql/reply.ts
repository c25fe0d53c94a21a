/** Bodies of replies: rows, a prepared statement, an error. */
import { typeOption } from './cells.ts'
import { cell, int, short, string } from './frame.ts'
import type { Compiled, Rows } from './statement.ts'
import type { Column } from './table.ts'

const KINDS = { void: 1, rows: 2, keyspace: 3, prepared: 4 }
const GLOBAL_TABLES_SPEC = 1
const NO_METADATA = 4

/** The codes of native_protocol_v4.spec, 9. */
export const ERRORS = {
  overloaded: 0x1001,
  invalid: 0x2200,
  unprepared: 0x2500,
} as const

export const VOID = int(KINDS.void)
export const keyspaceSet = (name: string): Buffer => Buffer.concat([int(KINDS.keyspace), string(name)])

const specOf = (keyspace: string, table: string, columns: Column[]): Buffer[] => [
  string(keyspace),
  string(table),
  ...columns.flatMap(({ name, type }) => [string(name), typeOption(type)]),
]

/** Cached: the columns of a statement are always the same, except for those of a transaction. */
const written = new WeakMap<Column[], Buffer>()

export const rowsBody = ({ columns, rows }: Rows): Buffer => {
  let head = written.get(columns)
  if (!head) {
    const count = [int(KINDS.rows), int(GLOBAL_TABLES_SPEC), int(columns.length)]
    head = Buffer.concat([...count, ...specOf('keyspace', 'table', columns)])
    written.set(columns, head)
  }
  return Buffer.concat([head, int(rows.length), ...rows.flatMap((row) => row.flatMap(cell))])
}

export const preparedBody = (id: Buffer, keyspace: string, { table, parameters }: Compiled): Buffer => {
  const positions = table.partitionKey.map((position) =>
    parameters.findIndex(({ name }) => name === table.columns[position]?.name),
  )
  // If a part of the key is a literal, the parameters do not determine the partition.
  const key = positions.includes(-1) ? [] : positions
  return Buffer.concat([
    int(KINDS.prepared),
    short(id.length),
    id,
    int(GLOBAL_TABLES_SPEC),
    int(parameters.length),
    int(key.length),
    ...key.map(short),
    ...specOf(keyspace, table.name, parameters),
    int(NO_METADATA),
    int(0),
  ])
}

export const errorBody = (code: number, message: string, ...more: Buffer[]): Buffer =>
  Buffer.concat([int(code), string(message), ...more])
