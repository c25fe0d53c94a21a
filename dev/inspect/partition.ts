/** Counts the rows of one partition of messages, and finds the oldest and newest. Reads ids only, never a text. */

import { allPages } from '../../lib/buckets/pages.ts'
import { type DialogId, type MessageId, stampOf } from '../../lib/model/ids.ts'
import type { Execute, Statement } from '../../lib/store/scylla/statement.ts'
import type { Bucket } from '../../lib/timeline/bucket.ts'

/** Ten times the size that partitions are designed for. Counting stops there. */
export const MANY_ROWS = 100_000
/** Few enough for a page to arrive within a statement's time-out even from a database in trouble. */
export const PAGE_ROWS = 1_000

const SELECT_IDS: Statement = {
  kind: 'read',
  cql: 'SELECT message_id FROM messages WHERE dialog_id = ? AND bucket = ? LIMIT ?',
}

/**
 * `rows` is at most `MANY_ROWS` + 1; `stamps`, in unix milliseconds, are those of the counted rows. `emptiedOfMs` is the
 * newest stamp that a partition has had whose rows are all removed.
 */
export type Counted = {
  rows: number
  stamps?: { oldestMs: number; newestMs: number }
  emptiedOfMs?: number
}

export const readPartition = async (dialog: DialogId, bucket: Bucket, execute: Execute): Promise<Counted> => {
  const parameters = [dialog, bucket, MANY_ROWS + 1]
  const ids = await allPages((from) => execute(SELECT_IDS, parameters, { size: PAGE_ROWS, from }))
  const [newest, oldest] = [ids[0], ids.at(-1)]
  if (!newest || !oldest) return { rows: 0 }
  const stamp = (row: typeof newest) => stampOf(String(row['message_id']) as MessageId)
  return { rows: ids.length, stamps: { oldestMs: stamp(oldest), newestMs: stamp(newest) } }
}
