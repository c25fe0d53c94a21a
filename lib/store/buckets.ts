/** The table `buckets`: which time buckets does this owner have, newest first? The column `dialog_id` holds the owner. */
import { GENESIS } from '../timeline/bucket.ts'
import type { IndexRow } from '../timeline/timeline.ts'
import type { Statements } from './bound.ts'
import { marksIn } from './marks.ts'
import type { Execute, Statement } from './scylla/statement.ts'
import type { Page, PagingState } from './store.ts'
import { timeBucketIn } from './time-bucket.ts'

/** Not restricted by bucket: so a partition that has static columns alone is a row, too. */
const SELECT_NEWEST: Statement = {
  kind: 'read',
  cql: `SELECT bucket, visible_from, listed_low, listed_high, read_low, read_high FROM buckets
        WHERE dialog_id = ? LIMIT 1`,
}

const SELECT_NEWEST_ROWS: Statement = {
  kind: 'read',
  cql: 'SELECT bucket, visible_from FROM buckets WHERE dialog_id = ? LIMIT ?',
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

const DELETE_ROW: Statement = {
  kind: 'write',
  everyDataCentre: true,
  cql: 'DELETE FROM buckets WHERE dialog_id = ? AND bucket = ?',
}

const SET_VISIBLE_FROM: Statement = {
  kind: 'write',
  everyDataCentre: true,
  cql: 'UPDATE buckets SET visible_from = ? WHERE dialog_id = ? AND bucket = ?',
}

type Table = Statements<
  Execute,
  | 'newestBucket'
  | 'newestBuckets'
  | 'bucketsUpTo'
  | 'bucketsAbove'
  | 'insertBucket'
  | 'removeBucket'
  | 'setVisibleFrom'
>

export const bucketsTable: Table = {
  newestBucket: async (execute, owner, from) => {
    const page = await execute(SELECT_NEWEST, [owner], { size: PAGE_ROWS, from })
    const marks = page.rows[0] && marksIn(page.rows[0])
    return { ...indexPageOf(page), ...(marks && { marks }) }
  },
  newestBuckets: (execute, owner, limit, from) => select(execute, SELECT_NEWEST_ROWS, [owner, limit], from),
  bucketsUpTo: (execute, owner, upTo, limit, from) =>
    select(execute, SELECT_UP_TO, [owner, upTo, limit], from),
  bucketsAbove: (execute, owner, above, limit, from) =>
    select(execute, SELECT_ABOVE, [owner, above, limit], from),
  insertBucket: async (execute, owner, bucket) => {
    await execute(INSERT_ROW, [owner, bucket])
  },
  removeBucket: async (execute, owner, bucket) => {
    await execute(DELETE_ROW, [owner, bucket])
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
): Promise<Page<IndexRow>> => indexPageOf(await execute(statement, parameters, { size: PAGE_ROWS, from }))

const indexPageOf = ({ rows, next }: Awaited<ReturnType<Execute>>): Page<IndexRow> => ({
  rows: rows.filter(isOpening).map(indexRowOf),
  ...(next && { next }),
})

/** Not so where a partition has static columns alone: it is then one row without a number. Genesis has no row. */
const isOpening = (row: Record<string, unknown>) =>
  row['bucket'] !== null && Number(row['bucket']) !== GENESIS

const indexRowOf = (row: Record<string, unknown>): IndexRow => {
  const visibleFrom = row['visible_from'] as Date | null
  return {
    bucket: timeBucketIn(row['bucket']),
    ...(visibleFrom && { visibleFromMs: visibleFrom.getTime() }),
  }
}
