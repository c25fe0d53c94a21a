/** One partition of messages: how many rows, and from when to when. It reads ids alone, never a text. */

import { allPages } from '../../lib/dialog/pages.ts'
import { type DialogId, type MessageId, stampOf } from '../../lib/model/ids.ts'
import type { Execute, Statement } from '../../lib/store/scylla/statement.ts'
import type { Bucket } from '../../lib/timeline/bucket.ts'

/** Ten times the mean that partitions are made for. Whoever has more is told so, and not counted any further. */
export const MANY_ROWS = 100_000
/** So few that a page is there within a statement's time even from a database in trouble. */
const PAGE_ROWS = 1_000

const SELECT_IDS: Statement = {
  kind: 'read',
  cql: 'SELECT message_id FROM messages WHERE dialog_id = ? AND bucket = ? LIMIT ?',
}

/** `rows` is at most one more than `MANY_ROWS`; stamps are in unix milliseconds, of the rows that were counted. */
export type Counted = { rows: number; stamps?: { oldestMs: number; newestMs: number } }

export const readPartition = async (dialog: DialogId, bucket: Bucket, execute: Execute): Promise<Counted> => {
  const parameters = [dialog, bucket, MANY_ROWS + 1]
  const ids = await allPages((from) => execute(SELECT_IDS, parameters, { size: PAGE_ROWS, from }))
  const [newest, oldest] = [ids[0], ids.at(-1)]
  if (!newest || !oldest) return { rows: 0 }
  const stamp = (row: typeof newest) => stampOf(String(row['message_id']) as MessageId)
  return { rows: ids.length, stamps: { oldestMs: stamp(oldest), newestMs: stamp(newest) } }
}
