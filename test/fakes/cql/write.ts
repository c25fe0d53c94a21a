/**
 * Cells, as statements write and delete them: static ones beside the rows of their partition; if a statement has a timestamp,
 * the later of two wins, and of one time the greater value. A deletion is not kept: what arrives after it is there.
 */
import type { Cell } from './frame.ts'
import type { find, Row, Table } from './table.ts'

type Found = ReturnType<typeof find>

const timesOf = new WeakMap<Row, number[]>()
const statics = new WeakMap<Row[], Row>()

/** The static cells of a partition, if it has any. */
export const staticsOf = (rows: Row[]): Row | undefined => statics.get(rows)

/** @param time in microseconds; without one, whatever is written last wins */
export const write = (table: Table, { rows, place, row }: Found, cells: Row, time?: number): void => {
  const target = row ?? []
  cells.forEach((cell, position) => {
    set(table.columns[position]?.isStatic ? staticsFor(rows) : target, position, cell, time)
  })
  // A statement that names a partition only writes its static cells.
  if (!row && table.clustering.every((position) => cells[position])) rows.splice(place, 0, target)
}

export const erase = ({ rows, place, row }: Found, time = Number.POSITIVE_INFINITY): void => {
  const isLater = row && timesOf.get(row)?.some((written) => written > time)
  if (row && !isLater) rows.splice(place, 1)
}

const set = (row: Row, position: number, cell: Cell, time?: number) => {
  if (time !== undefined) {
    const times = timesOf.get(row) ?? []
    const known = times[position] ?? 0
    if (known > time || (known === time && isGreater(row[position], cell))) return
    times[position] = time
    timesOf.set(row, times)
  }
  row[position] = cell
}

const isGreater = (one: Cell, other: Cell) => Buffer.compare(one ?? NOTHING, other ?? NOTHING) > 0
const NOTHING = Buffer.alloc(0)

const staticsFor = (rows: Row[]): Row => {
  const known = statics.get(rows) ?? []
  statics.set(rows, known)
  return known
}
