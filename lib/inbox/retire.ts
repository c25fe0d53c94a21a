/** Time buckets that every dialog has left go from the index; else a walk would meet each that there ever was. */
import { allPages } from '../buckets/pages.ts'
import type { Context } from '../context.ts'
import type { InboxId, MessageId } from '../model/ids.ts'
import { type Bucket, GENESIS, lastBucketOf, openingOf } from '../timeline/bucket.ts'
import { lanesOf } from '../timeline/merge.ts'
import { INBOX_HEAD } from '../timeline/rules.ts'
import { endsFor, type TimeBucket, timelineOf } from '../timeline/timeline.ts'

/** Longer than any write may be under way. */
const LEFT_FOR_MS = 3_600_000
/** Some four times as many as are opened meanwhile, so that what is empty is found soon. */
const LOOKED_AT = 16

/**
 * Looks at a few time buckets from a random moment down. One that is removed is out of the head whoever looks, since it
 * has four newer ones that all see, and those are in the head or have four themselves.
 * @param id whose random bits choose the moment
 * @throws Fault as reads and writes do, also if a replica is down
 */
export const retireEmptied = async (
  inbox: InboxId,
  newest: Bucket,
  id: MessageId,
  ctx: Context,
): Promise<void> => {
  const [oldest] = await allPages((from) => ctx.store.bucketsAbove(inbox, GENESIS, 1, from))
  if (!oldest) return
  const [beginSeconds, endSeconds] = [oldest.bucket, newest].map(secondsOf) as [number, number]
  const upTo = lastBucketOf(Math.floor(beginSeconds + fractionOf(id) * (endSeconds - beginSeconds)))
  const rows = await allPages((from) => ctx.store.bucketsUpTo(inbox, upTo, LOOKED_AT, from))
  const timeBuckets = timelineOf(rows, endsFor(INBOX_HEAD))
  const left = timeBuckets.filter(({ endsMs }) => endsMs + LEFT_FOR_MS < ctx.now())
  await Promise.all(
    left.map(async (timeBucket) => {
      if (await isEmpty(inbox, timeBucket, ctx)) await ctx.store.removeBucket(inbox, timeBucket.bucket)
    }),
  )
}

const isEmpty = async (inbox: InboxId, timeBucket: TimeBucket, ctx: Context): Promise<boolean> => {
  const found = lanesOf(timeBucket).map(({ bucket }) =>
    allPages((from) => ctx.store.anyListing(inbox, bucket, from)),
  )
  return (await Promise.all(found)).every((listings) => listings.length === 0)
}

const secondsOf = (bucket: Bucket) => openingOf(bucket).openedAtSeconds

/** 0 <= fraction < 1; other bits than those that choose who looks. */
const fractionOf = (id: MessageId) => Number.parseInt(id.slice(24, 28), 16) / 2 ** 16
