/** The table `buckets`: which time buckets does this owner have, newest first? The column `dialog_id` holds the owner. */
import { Fault } from '../errors.ts'
import { bucketOf, GENESIS, openingOf, parseBucket } from '../timeline/bucket.ts'
import type { IndexRow } from '../timeline/timeline.ts'
import type { Statements } from './bound.ts'
import type { Execute, Statement } from './scylla/statement.ts'
import type { Page, PagingState } from './store.ts'

const SELECT_NEWEST: Statement = {
  kind: 'read',
  cql: 'SELECT bucket, visible_from FROM buckets WHERE dialog_id = ? LIMIT 1',
}

export const SELECT_UP_TO: Statement = {
  kind: 'read',
  cql: 'SELECT bucket, visible_from FROM buckets WHERE dialog_id = ? AND bucket <= ? LIMIT ?',
}

const SELECT_ABOVE: Statement = {
  kind: 'read',
  cql: `SELECT bucket, visible_from FROM buckets
        WHERE dialog_id = ? AND bucket > ? ORDER BY bucket ASC LIMIT ?`,
}

/** Rows are written to a quorum of every data centre: visible_from must hold in each. */
const INSERT_ROW: Statement = {
  kind: 'write',
  everyDataCentre: true,
  cql: 'INSERT INTO buckets (dialog_id, bucket) VALUES (?, ?)',
}

const SET_VISIBLE_FROM: Statement = {
  kind: 'write',
  everyDataCentre: true,
  cql: 'UPDATE buckets SET visible_from = ? WHERE dialog_id = ? AND bucket = ?',
}

type Table = Statements<
  Execute,
  'newestBucket' | 'bucketsUpTo' | 'bucketsAbove' | 'insertBucket' | 'setVisibleFrom'
>

export const bucketsTable: Table = {
  newestBucket: (execute, owner, from) => select(execute, SELECT_NEWEST, [owner], from),
  bucketsUpTo: (execute, owner, upTo, limit, from) =>
    select(execute, SELECT_UP_TO, [owner, upTo, limit], from),
  bucketsAbove: (execute, owner, above, limit, from) =>
    select(execute, SELECT_ABOVE, [owner, above, limit], from),
  insertBucket: async (execute, owner, bucket) => {
    await execute(INSERT_ROW, [owner, bucket])
  },
  setVisibleFrom: async (execute, owner, bucket, unixMs) => {
    await execute(SET_VISIBLE_FROM, [new Date(unixMs), owner, bucket])
  },
}

const PAGE_ROWS = 256

const select = async (
  execute: Execute,
  statement: Statement,
  parameters: unknown[],
  from: PagingState | undefined,
): Promise<Page<IndexRow>> => {
  const { rows, next } = await execute(statement, parameters, { size: PAGE_ROWS, from })
  return { rows: rows.filter(isOpening).map(indexRowOf), ...(next && { next }) }
}

/** Not so where a partition has static columns alone: it is then one row without a number. Genesis has no row. */
const isOpening = (row: Record<string, unknown>) =>
  row['bucket'] !== null && Number(row['bucket']) !== GENESIS

/** An invalid number would hide messages, wherever it was sorted in: better no answer. */
const indexRowOf = (row: Record<string, unknown>): IndexRow => {
  const bucket = parseBucket(Number(row['bucket']))
  if (bucket === undefined || bucketOf(openingOf(bucket)) !== bucket)
    throw new Fault('database_unavailable', `not the number of a time bucket: ${row['bucket']}`)
  const visibleFrom = row['visible_from'] as Date | null
  return { bucket, ...(visibleFrom && { visibleFromMs: visibleFrom.getTime() }) }
}
