/** Compiles the CQL that the product uses: a statement's parameters, and a function that runs it. */
import { boolean, long } from './cells.ts'
import {
  bind,
  type Condition,
  conditionsOf,
  keyOf,
  keysOf,
  rangeOf,
  type TermOf,
  termsInto,
} from './condition.ts'
import type { Cell } from './frame.ts'
import {
  allRows,
  type Column,
  find,
  partitionOf,
  positionOf,
  type Row,
  splitOutsideBrackets,
  type Table,
} from './table.ts'
import { erase, staticsOf, write } from './write.ts'

export type Rows = { columns: Column[]; rows: Row[] }
/** `run` returns undefined for a statement without a result. */
export type Compiled = { table: Table; parameters: Column[]; run: (values: Cell[]) => Rows | undefined }

/** @throws Error for a statement that the product does not use */
export const compile = (cql: string, tableNamed: (name: string) => Table): Compiled => {
  const text = cql.replace(/\s+/g, ' ').trim()
  for (const [pattern, compiler] of COMPILERS) {
    const groups = pattern.exec(text)?.groups
    if (!groups) continue
    const table = tableNamed(String(groups['table']))
    const parameters: Column[] = []
    return { table, parameters, run: compiler(table, groups, termsInto(parameters)) }
  }
  throw new Error(`not understood: ${text}`)
}

type Groups = Record<string, string | undefined>
type Compiler = (table: Table, groups: Groups, termOf: TermOf) => Compiled['run']

const select: Compiler = (table, { columns = '', where, order, limit }, termOf) => {
  const { shown, cellsOf } = projection(table, columns)
  const conditions = conditionsOf(table, where, termOf)
  const limitOf = limit ? termOf({ name: '[limit]', type: 'int' }, limit) : () => undefined
  const isRestricted = conditions.some(({ position }) => table.clustering.includes(position))
  const isDescending = order ? /DESC$/i.test(order) : table.isDescending
  const look = ({ rows, fixed }: Partition, values: Cell[], most: number): Row[] => {
    const { from, to } = rangeOf(table, rows, conditions, values)
    const holds = conditions.map((condition) => bind(table, condition, values))
    const found: Row[] = []
    for (let n = 0; n < to - from && found.length < most; n += 1) {
      const row = rows[isDescending ? to - 1 - n : from + n] as Row
      if (holds.every((hold) => hold(row))) found.push(cellsOf(row, fixed))
    }
    return found
  }
  return (values) => {
    const most = limitOf(values)?.readInt32BE(0) ?? Number.POSITIVE_INFINITY
    const partitions: Partition[] = where
      ? keysOf(table, conditions, values).map((key) => partitionAt(table, key, isRestricted))
      : [{ rows: allRows(table) }]
    const found = partitions.flatMap((partition) => look(partition, values, most))
    return { columns: shown, rows: found.slice(0, most) }
  }
}

type Partition = { rows: Row[]; fixed?: Row }

/** A partition that has static cells alone is a row without clustering columns, unless those are asked for. */
const partitionAt = (table: Table, key: Row, isRestricted: boolean): Partition => {
  const rows = partitionOf(table, key)
  const fixed = staticsOf(rows)
  if (!fixed) return { rows }
  return { rows: rows.length === 0 && !isRestricted ? [key] : rows, fixed }
}

const insert: Compiler = (table, { columns = '', terms = '', ifAbsent, timestamp, expiry, ttl }, termOf) => {
  const positions = splitOutsideBrackets(columns).map((name) => positionOf(table.columns, name))
  const written = splitOutsideBrackets(terms)
  const cells = positions.map((position, n) => termOf(table.columns[position] as Column, String(written[n])))
  const timeOf = timeTerm(timestamp, termOf)
  if (expiry || ttl) termOf(TTL, '?')
  return (values) => {
    const key: Row = []
    for (const [n, position] of positions.entries()) key[position] = cells[n]?.(values)
    const found = find(table, key)
    if (ifAbsent && found.row) return notApplied(table, found.row)
    write(table, found, key, timeOf(values))
    return ifAbsent ? APPLIED : undefined
  }
}

/** Nothing expires here. */
const TTL: Column = { name: '[ttl]', type: 'int' }

const update: Compiler = (table, { assignments, where, condition, timestamp, ttl }, termOf) => {
  const timeOf = timeTerm(timestamp, termOf)
  if (ttl) termOf(TTL, '?')
  const [sets, conditions, ifs] = [assignments, where, condition].map((one) =>
    conditionsOf(table, one, termOf),
  )
  return changing(table, conditions, ifs, (values, found, key) => {
    for (const { position, term } of sets ?? []) key[position] = term(values)
    write(table, found, key, timeOf(values))
  })
}

const remove: Compiler = (table, { where, condition, timestamp, ifThere }, termOf) => {
  const timeOf = timeTerm(timestamp, termOf)
  const [conditions, ifs] = [where, condition].map((one) => conditionsOf(table, one, termOf))
  const removing = changing(table, conditions, ifs, (values, found) => erase(found, timeOf(values)))
  if (!ifThere) return removing
  return (values) => {
    if (!find(table, keyOf(conditions ?? [], values)).row) return notApplied(table, undefined)
    removing(values)
    return APPLIED
  }
}

/** In microseconds; undefined without USING TIMESTAMP. */
const timeTerm = (timestamp: string | undefined, termOf: TermOf) => {
  const term = timestamp && termOf({ name: '[timestamp]', type: 'bigint' }, timestamp)
  return (values: Cell[]) => (term ? Number(term(values)?.readBigInt64BE()) : undefined)
}

const changing =
  (
    table: Table,
    conditions: Condition[] = [],
    ifs: Condition[] = [],
    change: (values: Cell[], found: ReturnType<typeof find>, key: Row) => void,
  ): Compiled['run'] =>
  (values) => {
    const key = keyOf(conditions, values)
    const found = find(table, key)
    if (!ifs.every((one) => bind(table, one, values)(found.row))) return notApplied(table, found.row)
    change(values, found, key)
    return ifs.length > 0 ? APPLIED : undefined
  }

const COMPILERS: [RegExp, Compiler][] = [
  [
    /^SELECT (?<columns>.+?) FROM (?<table>[\w.]+)(?: WHERE (?<where>.+?))?(?: ORDER BY (?<order>\w+ (?:ASC|DESC)))?(?: LIMIT (?<limit>\S+))?$/i,
    select,
  ],
  [
    /^INSERT INTO (?<table>\w+) \((?<columns>[^)]+)\) VALUES \((?<terms>.+?)\)(?<ifAbsent> IF NOT EXISTS)?(?: USING (?:TTL (?:\d+|(?<ttl>\?))|TIMESTAMP (?<timestamp>\?)(?<expiry> AND TTL \?)?))?$/,
    insert,
  ],
  [
    /^UPDATE (?<table>\w+)(?: USING (?:TTL (?:\d+|(?<ttl>\?))|TIMESTAMP (?<timestamp>\?)))? SET (?<assignments>.+?) WHERE (?<where>.+?)(?: IF (?<condition>.+))?$/,
    update,
  ],
  [
    /^DELETE FROM (?<table>\w+)(?: USING TIMESTAMP (?<timestamp>\?))? WHERE (?<where>.+?)(?: IF (?:(?<ifThere>EXISTS)|(?<condition>.+)))?$/,
    remove,
  ],
]

const APPLIED_COLUMN: Column = { name: '[applied]', type: 'boolean' }
const APPLIED: Rows = { columns: [APPLIED_COLUMN], rows: [[boolean(true)]] }

/** With the row that is there already, as in Cassandra. */
const notApplied = ({ columns }: Table, row: Row | undefined): Rows => ({
  columns: [APPLIED_COLUMN, ...(row ? columns : [])],
  rows: [[boolean(false), ...(row ? columns.map((_, position) => row[position]) : [])]],
})

const projection = (
  table: Table,
  list: string,
): { shown: Column[]; cellsOf: (row: Row, fixed?: Row) => Row } => {
  const [, alias] = /^toTimestamp\(now\(\)\) AS (\w+)$/.exec(list) ?? []
  if (alias) return { shown: [{ name: alias, type: 'timestamp' }], cellsOf: () => [long(Date.now())] }
  const names = list === '*' ? table.columns.map(({ name }) => name) : splitOutsideBrackets(list)
  const positions = names.map((name) => positionOf(table.columns, name))
  return {
    shown: positions.map((position) => table.columns[position] as Column),
    cellsOf: (row, fixed) =>
      positions.map((position) => (table.columns[position]?.isStatic ? fixed : row)?.[position]),
  }
}
