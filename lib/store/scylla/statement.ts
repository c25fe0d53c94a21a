/** What the tables hand to the client: one CQL statement, and how it is run. */
import type { types } from 'cassandra-driver'
import type { PagingState } from '../store.ts'

/** Every statement is idempotent, but for transactions: repeated as it is, it changes nothing. */
export type Statement = {
  cql: string
  kind: 'read' | 'write'
  /** Acknowledged by a quorum of each data centre (EACH_QUORUM), not only of the local one. */
  everyDataCentre?: true
  /** A write with a condition, whose repeat would answer otherwise; or a read of what such writes have decided. */
  isTransaction?: true
}
export type Execute = (
  statement: Statement,
  parameters: unknown[],
  page?: { size: number; from?: PagingState | undefined },
) => Promise<{ rows: types.Row[]; wasApplied: boolean; next?: PagingState }>
