/** What the tables pass to the client: one CQL statement, and how to run it. */
import type { types } from 'cassandra-driver'
import type { PagingState } from '../store.ts'

/** Every statement except a transaction is idempotent: running it again changes nothing. */
export type Statement = {
  cql: string
  kind: 'read' | 'write'
  /** Acknowledged by a quorum of each data centre (EACH_QUORUM), not only of the local one. */
  everyDataCentre?: true
  /** Nobody sees this write alone: a call that has written nothing else has stored nothing. */
  isUnseen?: true
  /** Answered by each replica of each data centre (ALL). */
  everyReplica?: true
  /** A conditional write, which would give another answer when repeated; or a read of what such writes have decided. */
  isTransaction?: true
}
export type Execute = (
  statement: Statement,
  parameters: unknown[],
  page?: { size: number; from?: PagingState | undefined },
) => Promise<{ rows: types.Row[]; wasApplied: boolean; next?: PagingState }>
