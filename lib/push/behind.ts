/** Whether something may have been acknowledged in a person's inbox since a moment: a few small reads. */
import { indexDownwards } from '../buckets/index-read.ts'
import type { Context } from '../context.ts'
import { floorOf } from '../inbox/floor.ts'
import { AFTER_ALL_MESSAGES, inboxIdOf, stampOf, type UserId } from '../model/ids.ts'
import { lanesOf } from '../timeline/merge.ts'
import { INBOX_HEAD } from '../timeline/rules.ts'
import type { TimeBucket } from '../timeline/timeline.ts'

/** Reads every time bucket that can hold something so late, in all lanes. @throws Fault `database_unavailable` */
export const isBehind = async (user: UserId, sinceMs: number | undefined, ctx: Context): Promise<boolean> => {
  if (sinceMs === undefined) return true
  const owner = inboxIdOf(user)
  const floorMs = floorOf(sinceMs)
  const hasNews = async (timeBucket: TimeBucket) => {
    const newest = lanesOf(timeBucket).map(({ bucket }) => ctx.store.newestListing(owner, bucket))
    return (await Promise.all(newest)).some((id) => id !== undefined && stampOf(id) >= floorMs)
  }
  const readIndex = indexDownwards({ owner, cursor: AFTER_ALL_MESSAGES }, ctx, INBOX_HEAD)
  for (;;) {
    const { timeBuckets, beyond } = await readIndex()
    const late = timeBuckets.filter(({ endsMs }) => endsMs >= floorMs)
    if ((await Promise.all(late.map(hasNews))).includes(true)) return true
    if (!beyond || beyond.endsMs < floorMs) return false
  }
}
