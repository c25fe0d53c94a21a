/** How a statement runs on the embedded store: within its call's deadline, counted as a round trip, synchronously. */
import type { Call } from '../../call.ts'
import { Fault } from '../../errors.ts'
import type { Page, PagingState } from '../store.ts'

export type Run = <Result>(kind: 'read' | 'write', work: () => Result) => Promise<Result>

/** Never in doubt: SQLite rolls back a statement that fails. */
export const within =
  (call: Call): Run =>
  async (kind, work) => {
    if (kind === 'write' && call.permission) await call.permission
    if (call.remainingMs() <= 0) throw new Fault('database_unavailable', 'no time left for another statement')
    call.roundTrips += 1
    call.attempts += 1
    if (kind === 'write') call.writes += 1
    try {
      return work()
    } catch (cause) {
      if (kind === 'write') call.writes -= 1
      throw new Fault('database_unavailable', 'the embedded store failed', { cause })
    }
  }

/** As with a CQL database: the most rows of one page. */
const PAGE_ROWS = 256

type Range<Key, Row> = {
  /** Where the rows begin. */
  first: Key
  limit: number
  from: PagingState | undefined
  read: (begin: Key, rows: number) => Row[]
  /** Where the rows after this one begin. */
  after: (row: Row) => Key
}

/** The paging state holds where the remaining rows begin, and how many of them are wanted. */
export const pageOf = <Key, Row>({ first, limit, from, read, after }: Range<Key, Row>): Page<Row> => {
  const { begin, wanted }: { begin: Key; wanted: number } = from
    ? JSON.parse(from)
    : { begin: first, wanted: limit }
  const rows = read(begin, Math.min(wanted, PAGE_ROWS))
  const last = rows.at(-1)
  if (last === undefined || rows.length < PAGE_ROWS || rows.length === wanted) return { rows }
  const rest = { begin: after(last), wanted: wanted - rows.length }
  return { rows, next: JSON.stringify(rest) as PagingState }
}
