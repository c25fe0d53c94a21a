/** A person's inbox as it is stored: its timeline, whose partitions hold a row for each dialog. */
import { allPages } from '../../lib/buckets/pages.ts'
import { type InboxId, inboxIdOf, type MessageId, stampOf, type UserId } from '../../lib/model/ids.ts'
import type { Execute, Statement } from '../../lib/store/scylla/statement.ts'
import type { Bucket } from '../../lib/timeline/bucket.ts'
import { INBOX_HEAD } from '../../lib/timeline/rules.ts'
import { type Counted, MANY_ROWS, PAGE_ROWS } from './partition.ts'
import { inspectTimeline, type Surroundings } from './timeline.ts'

/** Restricted by peer: a partition whose rows are all deleted still has `newest`, and would be a row. */
const SELECT_LAST_IDS: Statement = {
  kind: 'read',
  cql: "SELECT last_id FROM inbox WHERE owner_id = ? AND bucket = ? AND peer_id > '' LIMIT ?",
}

const SELECT_NEWEST: Statement = {
  kind: 'read',
  cql: 'SELECT newest FROM inbox WHERE owner_id = ? AND bucket = ? LIMIT 1',
}

/** @throws Error when the inbox was never written to */
export const inspectInbox = async (user: UserId, around: Surroundings): Promise<void> => {
  const owner = inboxIdOf(user)
  const isAnything = await inspectTimeline(
    {
      owner,
      title: `inbox ${owner.toString('hex')} of ${user}`,
      rows: 'dialogs',
      head: INBOX_HEAD,
      count: (bucket) => countDialogs(owner, bucket, around.execute),
    },
    around,
  )
  if (!isAnything) throw new Error('no such inbox: genesis only, and no dialog in it')
}

/** Rows are in the order of people: the newest may be anywhere. */
const countDialogs = async (inbox: InboxId, bucket: Bucket, execute: Execute): Promise<Counted> => {
  const parameters = [inbox, bucket, MANY_ROWS + 1]
  const rows = await allPages((from) => execute(SELECT_LAST_IDS, parameters, { size: PAGE_ROWS, from }))
  if (rows.length === 0) {
    const [newest] = (await execute(SELECT_NEWEST, [inbox, bucket])).rows
    return { rows: 0, ...(newest && { emptiedOfMs: stampIn(newest['newest']) }) }
  }
  const stamps = { oldestMs: Number.POSITIVE_INFINITY, newestMs: 0 }
  for (const row of rows) {
    const stampMs = stampIn(row['last_id'])
    stamps.oldestMs = Math.min(stamps.oldestMs, stampMs)
    stamps.newestMs = Math.max(stamps.newestMs, stampMs)
  }
  return { rows: rows.length, stamps }
}

const stampIn = (column: unknown) => stampOf(String(column) as MessageId)
