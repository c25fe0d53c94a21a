/** What stands in an inbox: the dialog with one person, in a partition, under about the id of its newest message. */
import { allPages } from '../buckets/pages.ts'
import type { Context } from '../context.ts'
import type { InboxId, MessageId, UserId } from '../model/ids.ts'
import type { Bucket } from '../timeline/bucket.ts'

/** `bucket` is its partition. */
export type Found = { peer: UserId; id: MessageId; bucket: Bucket }
/** `older`: where else it was found. */
export type Entry = Found & { older?: Found[] }

/** It stands in the newest time bucket, under the greatest id: what lags behind is an interrupted move, or a stale row. */
export const joined = (entry: Entry | undefined, found: Found): Entry => {
  if (!entry) return found
  const [newer, older] = entry.bucket > found.bucket ? [entry, found] : [found, entry]
  const id = newer.id > older.id ? newer.id : older.id
  return { peer: found.peer, bucket: newer.bucket, id, older: [...(entry.older ?? []), older] }
}

const AT_ONCE = 1_000

/** All of a partition, in the order of people. */
export const foundIn = async (inbox: InboxId, bucket: Bucket, ctx: Context): Promise<Found[]> => {
  const all: Found[] = []
  for (let after = ''; ; ) {
    const found = await foundAfter(inbox, bucket, after, AT_ONCE, ctx)
    all.push(...found)
    if (found.length < AT_ONCE) return all
    after = String(found.at(-1)?.peer)
  }
}

/** Those next to a person, in that order; fewer than `count` only at the end. */
export const foundAfter = async (
  inbox: InboxId,
  bucket: Bucket,
  after: string,
  count: number,
  ctx: Context,
): Promise<Found[]> => {
  const rows = await allPages((page) => ctx.store.listingsAfter(inbox, bucket, after, count, page))
  return rows.map(({ peer, lastId }) => ({ peer, id: lastId, bucket }))
}
