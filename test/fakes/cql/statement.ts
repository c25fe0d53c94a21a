/** Compiles the CQL that the product uses: a statement's parameters, and a function that runs it. */
import { boolean, long } from './cells.ts'
import { bind, type Condition, conditionsOf, keyOf, rangeOf, type TermOf, termsInto } from './condition.ts'
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
  const isDescending = order ? /DESC$/i.test(order) : table.isDescending
  return (values) => {
    const rows = where ? partitionOf(table, keyOf(conditions, values)) : allRows(table)
    const { from, to } = rangeOf(table, rows, conditions, values)
    const holds = conditions.map((condition) => bind(table, condition, values))
    const most = limitOf(values)?.readInt32BE(0) ?? Number.POSITIVE_INFINITY
    const found: Row[] = []
    for (let n = 0; n < to - from && found.length < most; n += 1) {
      const row = rows[isDescending ? to - 1 - n : from + n] as Row
      if (holds.every((hold) => hold(row))) found.push(cellsOf(row))
    }
    return { columns: shown, rows: found }
  }
}

const insert: Compiler = (table, { columns = '', terms = '', ifAbsent }, termOf) => {
  const positions = splitOutsideBrackets(columns).map((name) => positionOf(table.columns, name))
  const written = splitOutsideBrackets(terms)
  const cells = positions.map((position, n) => termOf(table.columns[position] as Column, String(written[n])))
  return (values) => {
    const key: Row = []
    for (const [n, position] of positions.entries()) key[position] = cells[n]?.(values)
    const { rows, place, row } = find(table, key)
    if (ifAbsent && row) return notApplied(table, row)
    if (row) Object.assign(row, key)
    else rows.splice(place, 0, key)
    return ifAbsent ? APPLIED : undefined
  }
}

const update: Compiler = (table, { assignments, where, condition }, termOf) => {
  const [sets, conditions, ifs] = [assignments, where, condition].map((one) =>
    conditionsOf(table, one, termOf),
  )
  return changing(table, conditions, ifs, (values, { rows, place, row }, key) => {
    for (const { position, term } of sets ?? []) (row ?? key)[position] = term(values)
    if (!row) rows.splice(place, 0, key)
  })
}

const remove: Compiler = (table, { where, condition }, termOf) => {
  const [conditions, ifs] = [where, condition].map((one) => conditionsOf(table, one, termOf))
  return changing(table, conditions, ifs, (_, { rows, place, row }) => {
    if (row) rows.splice(place, 1)
  })
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
    /^INSERT INTO (?<table>\w+) \((?<columns>[^)]+)\) VALUES \((?<terms>.+?)\)(?<ifAbsent> IF NOT EXISTS)?(?: USING TTL \d+)?$/,
    insert,
  ],
  [
    /^UPDATE (?<table>\w+)(?: USING TTL \d+)? SET (?<assignments>.+?) WHERE (?<where>.+?)(?: IF (?<condition>.+))?$/,
    update,
  ],
  [/^DELETE FROM (?<table>\w+) WHERE (?<where>.+?)(?: IF (?<condition>.+))?$/, remove],
]

const APPLIED_COLUMN: Column = { name: '[applied]', type: 'boolean' }
const APPLIED: Rows = { columns: [APPLIED_COLUMN], rows: [[boolean(true)]] }

/** With the row that is there already, as in Cassandra. */
const notApplied = ({ columns }: Table, row: Row | undefined): Rows => ({
  columns: [APPLIED_COLUMN, ...(row ? columns : [])],
  rows: [[boolean(false), ...(row ? columns.map((_, position) => row[position]) : [])]],
})

const projection = (table: Table, list: string): { shown: Column[]; cellsOf: (row: Row) => Row } => {
  const [, alias] = /^toTimestamp\(now\(\)\) AS (\w+)$/.exec(list) ?? []
  if (alias) return { shown: [{ name: alias, type: 'timestamp' }], cellsOf: () => [long(Date.now())] }
  const names = list === '*' ? table.columns.map(({ name }) => name) : splitOutsideBrackets(list)
  const positions = names.map((name) => positionOf(table.columns, name))
  return {
    shown: positions.map((position) => table.columns[position] as Column),
    cellsOf: (row) => positions.map((position) => row[position]),
  }
}
