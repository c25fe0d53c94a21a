/**
 * The people with whom something may have been acknowledged since a given time, in no order: whose dialogs a client that was
 * away has to read.
 */
import { indexUpwards } from '../buckets/index-read.ts'
import { allPages } from '../buckets/pages.ts'
import type { Context } from '../context.ts'
import { type InboxId, inboxIdOf, lowestIdAt, type MessageId, type UserId } from '../model/ids.ts'
import type { ChangedCursor, ChangedPage, ListChanged } from '../model/operations.ts'
import { type Bucket, GENESIS } from '../timeline/bucket.ts'
import { type Lane, lanesOf } from '../timeline/merge.ts'
import { INBOX_HEAD } from '../timeline/rules.ts'
import { timeBucketOf } from '../timeline/timeline.ts'
import { foundAfter } from './entry.ts'
import { floorOf } from './floor.ts'

/** As of a page of the inbox. */
const MOST_PARTITIONS = 16

/**
 * From the oldest time bucket that can have it up to the newest, each by the order of people: no walk misses a dialog, not
 * even while it is moving. Dialogs move upwards only, and leave the older time bucket only when every quorum finds them in
 * the newer one; and the place of a person does not depend on an id, which one read may see and the next may not.
 * @throws Fault `database_unavailable`
 */
export const listChanged = async (
  { caller, sinceMs, limit, cursor }: ListChanged,
  ctx: Context,
): Promise<ChangedPage> => {
  const inbox = inboxIdOf(caller)
  const floor = lowestIdAt(sinceMs === undefined ? 0 : Math.max(0, floorOf(sinceMs)))
  const lanes = lanesUpwards(inbox, floor, ctx)
  const people: UserId[] = []
  let partitions = 0
  for await (const { bucket } of lanes) {
    if (isBelow(bucket, cursor)) continue
    if (partitions === MOST_PARTITIONS) return { people, next: { bucket, after: '' } }
    partitions += 1
    const after = cursor?.bucket === bucket ? cursor.after : ''
    const wanted = limit - people.length
    const found = await foundAfter(inbox, bucket, after, wanted, ctx)
    people.push(...found.filter(({ id }) => id >= floor).map(({ peer }) => peer))
    if (found.length === wanted) return { people, next: { bucket, after: String(found.at(-1)?.peer) } }
  }
  return { people }
}

/** Up to the newest that exists when all others have been read, since dialogs may have moved on to it meanwhile. */
const lanesUpwards = async function* (inbox: InboxId, cursor: MessageId, ctx: Context): AsyncGenerator<Lane> {
  const readIndex = indexUpwards({ owner: inbox, cursor }, ctx, INBOX_HEAD)
  let last: Bucket = GENESIS
  for (let hasMore = true; hasMore; ) {
    const { timeBuckets, beyond } = await readIndex()
    for (const timeBucket of timeBuckets) yield* lanesOf(timeBucket)
    last = timeBuckets.at(-1)?.bucket ?? last
    hasMore = beyond !== undefined
  }
  for (;;) {
    const opened = await allPages((from) => ctx.store.bucketsAbove(inbox, last, OPENED_MEANWHILE, from))
    for (const { bucket } of opened) yield* lanesOf(timeBucketOf(bucket))
    last = opened.at(-1)?.bucket ?? last
    if (opened.length === 0) return
  }
}

const OPENED_MEANWHILE = 4

const isBelow = (bucket: Bucket, cursor: ChangedCursor | undefined) =>
  cursor !== undefined && bucket < cursor.bucket
