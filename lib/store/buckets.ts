/** The table `buckets`: which time buckets does this dialog have, newest first? */
import type { Bucket } from '../timeline/bucket.ts'
import type { Execute, Statement } from './scylla/statement.ts'
import type { IndexRow, Store } from './store.ts'

export const SELECT_UP_TO: Statement = {
  kind: 'read',
  cql: 'SELECT bucket, visible_from FROM buckets WHERE dialog_id = ? AND bucket <= ? LIMIT ?',
}

export const bucketsTable = (execute: Execute): Pick<Store, 'bucketsUpTo'> => ({
  bucketsUpTo: async (dialog, upTo, limit) => {
    const { rows, next } = await execute(SELECT_UP_TO, [dialog, upTo, limit])
    return { rows: rows.map(indexRowOf), ...(next && { next }) }
  },
})

const indexRowOf = (row: Record<string, unknown>): IndexRow => {
  const visibleFrom = row['visible_from'] as Date | null
  return {
    bucket: Number(row['bucket']) as Bucket,
    ...(visibleFrom && { visibleFrom: visibleFrom.getTime() }),
  }
}
