/** Opening a time bucket: its index row, then the moment from which everybody sees it. */
import type { Context } from '../context.ts'
import type { OwnerId } from '../model/ids.ts'
import { type Bucket, openingOf } from '../timeline/bucket.ts'
import { nextBucket } from '../timeline/opening.ts'
import { requireClock } from './clock.ts'
import { keyOf } from './memory.ts'

/** Never fails a send, whose message is already stored: the next coin that is heads makes up for a failure. */
export const openNext = async (
  owner: OwnerId,
  newest: Bucket,
  ctx: Context,
  mostLanes?: number,
): Promise<void> => {
  try {
    await requireClock(ctx, 'now')
    const isFollowed = (ctx.memory.plans.get(keyOf(owner))?.newest ?? newest) > newest
    const bucket = isFollowed ? undefined : nextBucket(newest, ctx.now(), ctx.rules, mostLanes)
    if (bucket === undefined) return
    await makeVisible(owner, bucket, ctx)
    ctx.note({ opened: bucket })
    ctx.metrics.count('dialogs_openings_total', kindOf(newest, bucket))
  } catch (err) {
    ctx.log.warn({ err }, 'the next time bucket was not opened')
  }
}

const kindOf = (before: Bucket, opened: Bucket) => {
  const more = openingOf(opened).lanes - openingOf(before).lanes
  if (more === 0) return 'even'
  return more > 0 ? 'hotter' : 'cooler'
}

/**
 * Once a quorum has the row, every quorum read sees it: that moment, by our clock, is visible_from.
 * If setting visible_from fails, the time bucket may be used all the same; the next writer then sets it.
 * @throws Fault when the row is not written, or in doubt
 */
export const makeVisible = async (owner: OwnerId, bucket: Bucket, ctx: Context): Promise<void> => {
  const beganMs = ctx.now()
  await ctx.store.insertBucket(owner, bucket)
  try {
    const writtenMs = ctx.now()
    if (writtenMs < beganMs) throw new Error('the clock was set back while the row was written')
    const visibleFromMs = Math.max(writtenMs, openingOf(bucket).openedAtSeconds * 1000)
    await ctx.store.setVisibleFrom(owner, bucket, visibleFromMs)
  } catch (err) {
    ctx.log.warn({ err, bucket }, 'visible_from was not set')
  }
}
