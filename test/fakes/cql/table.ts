/** A table in memory, shared by all nodes: its definition, and its partitions, sorted by clustering columns. */
import { compare, isType, type Type } from './cells.ts'
import type { Cell } from './frame.ts'

export type Column = { name: string; type: Type; isStatic?: true }
/** Cells in the order of the table's columns. */
export type Row = Cell[]
export type Table = {
  name: string
  columns: Column[]
  /** Positions among the columns. */
  partitionKey: number[]
  clustering: number[]
  /** Whether rows are listed from the highest clustering key down, unless a statement says otherwise. */
  isDescending: boolean
  partitions: Map<string, Row[]>
}

/** @throws Error for a statement that the product does not use */
export const tableOf = (create: string): Table => {
  const [, name, body] =
    /^CREATE TABLE (?:IF NOT EXISTS )?(\w+) \(([\s\S]*?)\)(?: WITH [\s\S]*)?$/.exec(create) ?? []
  if (!name || !body) throw new Error(`no definition of a table: ${create}`)
  const parts = splitOutsideBrackets(body)
  const columns = parts.filter((part) => !part.startsWith('PRIMARY KEY')).map(columnOf)
  const key = keyOf(parts)
  const [first = '', ...clustering] = splitOutsideBrackets(key)
  const positions = (names: string[]) => names.map((one) => positionOf(columns, one))
  return {
    name,
    columns,
    partitionKey: positions(splitOutsideBrackets(first.replace(/^\(|\)$/g, ''))),
    clustering: positions(clustering),
    isDescending: / CLUSTERING ORDER BY \(\w+ DESC/.test(create),
    partitions: new Map(),
  }
}

const keyOf = (parts: string[]): string => {
  const clause = parts.find((part) => part.startsWith('PRIMARY KEY'))
  if (clause) return clause.replace(/^PRIMARY KEY \(|\)$/g, '')
  return String(parts.find((part) => part.endsWith(' PRIMARY KEY'))?.split(' ')[0])
}

export const columnOf = (definition: string): Column => {
  const [name, type, kind] = definition.split(/\s+/)
  if (!name || !type || !isType(type))
    throw new Error(`no column that the fake database knows: ${definition}`)
  return { name, type, ...(kind === 'STATIC' && { isStatic: true }) }
}

export const positionOf = (columns: Column[], name: string): number => {
  const position = columns.findIndex((column) => column.name === name)
  if (position < 0) throw new Error(`no column ${name}`)
  return position
}

export const splitOutsideBrackets = (list: string): string[] =>
  list
    .split(/,(?![^()]*\))/)
    .map((part) => part.trim())
    .filter(Boolean)

export const partitionOf = (table: Table, row: Row): Row[] => {
  const key = table.partitionKey.map((position) => keyText(row[position])).join(',')
  let rows = table.partitions.get(key)
  if (!rows) {
    rows = []
    table.partitions.set(key, rows)
  }
  return rows
}

export const allRows = (table: Table): Row[] => [...table.partitions.values()].flat()

const keyText = (cell: Cell) => {
  if (!cell) throw new Error('a part of the partition key is missing')
  return cell.toString('latin1')
}

/** The index of the row with this clustering key, or where it would be inserted. */
export const placeOf = (table: Table, rows: Row[], key: Row): number => {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareRows(table, rows[middle] as Row, key) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** The row with this key, if any, and its place. */
export const find = (table: Table, key: Row): { rows: Row[]; place: number; row: Row | undefined } => {
  const rows = partitionOf(table, key)
  const place = placeOf(table, rows, key)
  const row = rows[place]
  return { rows, place, row: row && compareRows(table, row, key) === 0 ? row : undefined }
}

/** A key with the first clustering column only is equal to all rows with that value. */
const compareRows = ({ columns, clustering }: Table, a: Row, b: Row): number => {
  for (const position of clustering) {
    const [one, other] = [a[position], b[position]]
    if (!one || !other) return 0
    const order = compare((columns[position] as Column).type, one, other)
    if (order !== 0) return order
  }
  return 0
}
