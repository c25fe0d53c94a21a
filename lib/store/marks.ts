/** The static columns of `buckets`: where does this dialog stand in two people's inboxes, and how far has each read? */
import type { MessageId } from '../model/ids.ts'
import type { Statements } from './bound.ts'
import { timestampOfBucket, timestampOfId } from './register.ts'
import type { Execute, Statement } from './scylla/statement.ts'
import type { Marks, Side } from './store.ts'
import { timeBucketIn } from './time-bucket.ts'

const SET_LISTED: Record<Side, Statement> = {
  low: { kind: 'write', cql: 'UPDATE buckets USING TIMESTAMP ? SET listed_low = ? WHERE dialog_id = ?' },
  high: { kind: 'write', cql: 'UPDATE buckets USING TIMESTAMP ? SET listed_high = ? WHERE dialog_id = ?' },
}

const SET_READ_UP_TO: Record<Side, Statement> = {
  low: { kind: 'write', cql: 'UPDATE buckets USING TIMESTAMP ? SET read_low = ? WHERE dialog_id = ?' },
  high: { kind: 'write', cql: 'UPDATE buckets USING TIMESTAMP ? SET read_high = ? WHERE dialog_id = ?' },
}

/**
 * Not restricted by bucket, which would hide the static columns of a dialog in genesis. One row of a partition in which
 * nothing is ever deleted: no page of it can be empty and have another one behind it.
 */
const SELECT: Statement = {
  kind: 'read',
  cql: 'SELECT listed_low, listed_high, read_low, read_high FROM buckets WHERE dialog_id = ? LIMIT 1',
}

export const marksTable: Statements<Execute, 'setListed' | 'setReadUpTo' | 'readMarks'> = {
  setListed: async (execute, dialog, side, bucket) => {
    await execute(SET_LISTED[side], [timestampOfBucket(bucket), bucket, dialog])
  },
  setReadUpTo: async (execute, dialog, side, id) => {
    await execute(SET_READ_UP_TO[side], [timestampOfId(id), id, dialog])
  },
  readMarks: async (execute, dialog) => {
    const { rows } = await execute(SELECT, [dialog])
    return (rows[0] && marksIn(rows[0])) ?? { low: {}, high: {} }
  },
}

type Row = Record<string, unknown>

/** Undefined if no static column has a value. */
export const marksIn = (row: Row): Record<Side, Marks> | undefined => {
  const low = marksOf(row['listed_low'], row['read_low'])
  const high = marksOf(row['listed_high'], row['read_high'])
  return low || high ? { low: low ?? {}, high: high ?? {} } : undefined
}

/** Genesis is a number like any other: 0. */
const marksOf = (bucket: unknown, readUpTo: unknown): Marks | undefined => {
  if (bucket === null && readUpTo === null) return undefined
  return {
    ...(bucket !== null && { listed: timeBucketIn(bucket) }),
    ...(readUpTo !== null && { readUpTo: String(readUpTo) as MessageId }),
  }
}
