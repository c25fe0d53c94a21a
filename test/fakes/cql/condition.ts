/** Conditions and values in statements: `bucket <= ?`, `'dialogs'`, `toTimestamp(now())`. */
import { compare, literal, long, type Type } from './cells.ts'
import type { Cell } from './frame.ts'
import { type Column, placeOf, positionOf, type Row, type Table } from './table.ts'

type Term = (values: Cell[]) => Cell
/** Parses the value of a column, and records parameters in their order. */
export type TermOf = (column: Column, written: string) => Term
/** `terms`: of IN, all of which `term` is the first. */
export type Condition = { position: number; operator: string; term: Term; terms: Term[] }

export const termsInto =
  (parameters: Column[]): TermOf =>
  (column, written) => {
    if (written === 'toTimestamp(now())') return () => long(Date.now())
    if (written !== '?') {
      const value = literal(column.type, written)
      return () => value
    }
    const index = parameters.push(column) - 1
    return (values) => values[index]
  }

export const conditionsOf = (table: Table, text: string | undefined, termOf: TermOf): Condition[] =>
  (text?.split(/ AND |, (?!\?)/i) ?? []).map((one) => {
    const [, name, operator, written] = /^(\w+) ?(<=|>=|<|>|=|IN) ?(.+)$/.exec(one) ?? []
    if (!name || !operator || !written) throw new Error(`not understood: ${one}`)
    const position = positionOf(table.columns, name)
    const terms = written
      .replace(/^\((.+)\)$/, '$1')
      .split(', ')
      .map((each) => termOf(table.columns[position] as Column, each))
    return { position, operator, term: terms[0] as Term, terms }
  })

/** Of IN for each of its terms. */
const HOLDS: Record<string, (order: number) => boolean> = {
  '=': (order) => order === 0,
  IN: (order) => order === 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

/** The condition as a predicate on rows, with the values of parameters. */
export const bind = (table: Table, { position, operator, terms }: Condition, values: Cell[]) => {
  const type = table.columns[position]?.type as Type
  const wanted = terms.map((term) => term(values))
  const holds = HOLDS[operator] as (order: number) => boolean
  return (row: Row | undefined): boolean => {
    const cell = row?.[position]
    // Null: as in the condition of a transaction. No WHERE of ours compares with it.
    if (cell === undefined) return operator === '=' && wanted[0] === undefined
    return wanted.some((one) => one !== undefined && holds(compare(type, cell, one)))
  }
}

export const keyOf = (conditions: Condition[], values: Cell[]): Row => {
  const key: Row = []
  for (const { position, operator, term } of conditions) if (operator === '=') key[position] = term(values)
  return key
}

/** One key, or one for each value of an IN on the partition key, which is then a single column. */
export const keysOf = (table: Table, conditions: Condition[], values: Cell[]): Row[] => {
  const one = conditions.find(
    ({ position, operator }) => operator === 'IN' && table.partitionKey.includes(position),
  )
  if (!one) return [keyOf(conditions, values)]
  const wanted = new Map(one.terms.map((term) => [term(values)?.toString('latin1'), term(values)]))
  return [...wanted.values()].map((value) => {
    const key: Row = []
    key[one.position] = value
    return key
  })
}

/** The range of sorted rows that may match; the conditions may still exclude some of them. */
export const rangeOf = (table: Table, rows: Row[], conditions: Condition[], values: Cell[]) => {
  let [from, to] = [0, rows.length]
  for (const { position, operator, term } of conditions) {
    if (position !== table.clustering[0] || operator === 'IN') continue
    const bound: Row = []
    bound[position] = term(values)
    const place = placeOf(table, rows, bound)
    if (operator.startsWith('>')) from = place
    else if (operator === '<') to = place
  }
  return { from, to }
}
