/** The table `buckets`: which time buckets does this owner have, newest first? The column `dialog_id` holds the owner. */
import { Fault } from '../errors.ts'
import { bucketOf, openingOf, parseBucket } from '../timeline/bucket.ts'
import type { IndexRow } from '../timeline/timeline.ts'
import type { Execute, Statement } from './scylla/statement.ts'
import type { Store } from './store.ts'

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

type Table = Pick<Store, 'newestBucket' | 'bucketsUpTo' | 'bucketsAbove' | 'insertBucket' | 'setVisibleFrom'>

export const bucketsTable = (execute: Execute): Table => {
  const select = async (statement: Statement, parameters: unknown[], page?: Parameters<Execute>[2]) => {
    const { rows, next } = await execute(statement, parameters, page)
    return { rows: rows.map(indexRowOf), ...(next && { next }) }
  }
  const pageOf = (from: Parameters<Store['newestBucket']>[1]) => ({ size: PAGE_ROWS, from })
  return {
    newestBucket: (owner, from) => select(SELECT_NEWEST, [owner], pageOf(from)),
    bucketsUpTo: (owner, upTo, limit, from) => select(SELECT_UP_TO, [owner, upTo, limit], pageOf(from)),
    bucketsAbove: (owner, above, limit, from) => select(SELECT_ABOVE, [owner, above, limit], pageOf(from)),
    insertBucket: async (owner, bucket) => {
      await execute(INSERT_ROW, [owner, bucket])
    },
    setVisibleFrom: async (owner, bucket, unixMs) => {
      await execute(SET_VISIBLE_FROM, [new Date(unixMs), owner, bucket])
    },
  }
}

const PAGE_ROWS = 256

/** An invalid number would hide messages, wherever it was sorted in: better no answer. */
const indexRowOf = (row: Record<string, unknown>): IndexRow => {
  const bucket = parseBucket(Number(row['bucket']))
  if (bucket === undefined || bucketOf(openingOf(bucket)) !== bucket)
    throw new Fault('database_unavailable', `not the number of a time bucket: ${row['bucket']}`)
  const visibleFrom = row['visible_from'] as Date | null
  return { bucket, ...(visibleFrom && { visibleFromMs: visibleFrom.getTime() }) }
}
