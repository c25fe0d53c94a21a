/** Which dialogs are there? Asked of the whole ring, range by range, by nothing that serves requests. */
import type { DialogId } from '../model/ids.ts'
import { GENESIS } from '../timeline/bucket.ts'
import type { Execute, Statement } from './scylla/statement.ts'
import type { Page, PagingState } from './store.ts'

/** Tokens are those of both engines' Murmur3 partitioner, of which no partition has the least. */
export const LEAST_TOKEN = -(2n ** 63n)
export const GREATEST_TOKEN = 2n ** 63n - 1n

const SELECT_PARTITIONS: Statement = {
  kind: 'read',
  cql: `SELECT DISTINCT dialog_id, bucket FROM messages
        WHERE token(dialog_id, bucket) > ? AND token(dialog_id, bucket) <= ?`,
}

/** Few enough for a page to arrive within a statement's time-out: it reads the beginning of each partition. */
const PAGE_ROWS = 500

/**
 * The dialogs whose first partition has a token above `after`, up to `upTo`: each dialog once, since its first messages
 * are in genesis. A page may be empty and have another one behind it.
 */
export const dialogsBetween = async (
  execute: Execute,
  after: bigint,
  upTo: bigint,
  from?: PagingState,
): Promise<Page<DialogId>> => {
  const page = { size: PAGE_ROWS, from }
  const { rows, next } = await execute(SELECT_PARTITIONS, [String(after), String(upTo)], page)
  const first = rows.filter((row) => Number(row['bucket']) === GENESIS)
  return { rows: first.map((row) => row['dialog_id'] as DialogId), ...(next && { next }) }
}
