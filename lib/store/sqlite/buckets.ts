/** The table `buckets` of the embedded store. */
import type { DatabaseSync } from 'node:sqlite'
import type { OwnerId } from '../../model/ids.ts'
import type { Bucket } from '../../timeline/bucket.ts'
import type { IndexRow } from '../../timeline/timeline.ts'
import type { Statements } from '../bound.ts'
import type { Marks, Side } from '../store.ts'
import { pageOf, type Run } from './statement.ts'

const CREATE = `CREATE TABLE IF NOT EXISTS buckets (
  dialog_id BLOB, bucket INTEGER, visible_from INTEGER, PRIMARY KEY (dialog_id, bucket)
) STRICT, WITHOUT ROWID`

const SELECT_UP_TO = `SELECT bucket, visible_from FROM buckets
  WHERE dialog_id = ? AND bucket <= ? ORDER BY bucket DESC LIMIT ?`

const SELECT_ABOVE = `SELECT bucket, visible_from FROM buckets
  WHERE dialog_id = ? AND bucket > ? ORDER BY bucket ASC LIMIT ?`

/** As in CQL: writing a row again keeps its visible_from. */
const INSERT = 'INSERT INTO buckets (dialog_id, bucket) VALUES (?, ?) ON CONFLICT DO NOTHING'

const REMOVE = 'DELETE FROM buckets WHERE dialog_id = ? AND bucket = ?'

/** As in CQL: an update creates the row if there is none. */
const SET_VISIBLE_FROM = `INSERT INTO buckets (dialog_id, bucket, visible_from) VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET visible_from = excluded.visible_from`

type Table = Statements<
  Run,
  | 'newestBucket'
  | 'newestBuckets'
  | 'bucketsUpTo'
  | 'bucketsAbove'
  | 'insertBucket'
  | 'removeBucket'
  | 'setVisibleFrom'
>

const HIGHEST = Number.MAX_SAFE_INTEGER as Bucket

/** @param marksOf what is kept beside the index rows of this owner, if anything */
export const bucketsTable = (
  database: DatabaseSync,
  marksOf: (owner: OwnerId) => Record<Side, Marks> | undefined,
): Table => {
  database.exec(CREATE)
  const newest = database.prepare(SELECT_UP_TO)
  const insert = database.prepare(INSERT)
  const remove = database.prepare(REMOVE)
  const setVisibleFrom = database.prepare(SET_VISIBLE_FROM)
  const select = (sql: string, after: (row: IndexRow) => number): Table['bucketsUpTo'] => {
    const statement = database.prepare(sql)
    return (run, owner, bucket, limit, from) =>
      run('read', () => {
        const read = (begin: number, rows: number) => statement.all(owner, begin, rows).map(indexRowOf)
        return pageOf({ first: bucket as number, limit, from, read, after })
      })
  }
  const upTo = select(SELECT_UP_TO, ({ bucket }) => bucket - 1)
  return {
    newestBucket: (run, owner) =>
      run('read', () => {
        const marks = marksOf(owner)
        return { rows: newest.all(owner, HIGHEST, 1).map(indexRowOf), ...(marks && { marks }) }
      }),
    newestBuckets: (run, owner, limit, from) => upTo(run, owner, HIGHEST, limit, from),
    bucketsUpTo: upTo,
    bucketsAbove: select(SELECT_ABOVE, ({ bucket }) => bucket),
    insertBucket: (run, owner, bucket) => run('write', () => void insert.run(owner, bucket)),
    removeBucket: (run, owner, bucket) => run('write', () => void remove.run(owner, bucket)),
    setVisibleFrom: (run, owner, bucket, unixMs) =>
      run('write', () => void setVisibleFrom.run(owner, bucket, unixMs)),
  }
}

const indexRowOf = ({ bucket, visible_from }: Record<string, unknown>): IndexRow => ({
  bucket: bucket as Bucket,
  ...(visible_from !== null && { visibleFromMs: visible_from as number }),
})
