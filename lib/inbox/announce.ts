/** Lists a dialog in the inboxes of its two people, beside each message (docs/inbox.md, rules 2 to 4). */
import type { Announce, Announcement } from '../buckets/announcement.ts'
import { keyOf, type Plan } from '../buckets/memory.ts'
import { isVisible } from '../buckets/plan.ts'
import type { Context } from '../context.ts'
import { type MessageId, stampOf } from '../model/ids.ts'
import type { Bucket } from '../timeline/bucket.ts'
import { followMove } from './move.ts'
import { laneOf, type Seat, seatsOf } from './side.ts'

/** W: how much older than the newest message a listing may be. A conversation writes its rows once in this time. */
export const LISTED_AGAIN_MS = 10_000

/**
 * The listings that a message with this stamp has to write: those that this instance has not completed within W. A write
 * that was merely begun does not count.
 */
export const announce: Announce = (parties, stampMs, ctx) => {
  const listed = ctx.memory.listings.get(keyOf(parties.dialog))
  const isFresh = (id: MessageId | undefined) => id !== undefined && stampMs - stampOf(id) < LISTED_AGAIN_MS
  if (listed && isFresh(listed.low) && (isFresh(listed.high) || parties.from === parties.to)) return NOTHING
  return seatsOf(parties)
    .filter(({ side }) => !isFresh(listed?.[side]))
    .map((seat) => announcementOf(seat, ctx))
}

const NOTHING: readonly Announcement[] = []

const announcementOf = (seat: Seat, ctx: Context): Announcement => {
  let done: { to: Bucket; from: Bucket | undefined; id: MessageId; plan: Plan } | undefined
  return {
    owner: seat.inbox,
    write: async (id, dialogPlan, plan) => {
      const from = dialogPlan.marks?.[seat.side].listed
      const to = bucketFor(from, plan)
      const listing = { peer: seat.peer, lastId: id }
      await ctx.store.putListing(seat.inbox, laneOf(to, seat), listing, false)
      remember(seat, id, ctx)
      done = { to, from, id, plan }
    },
    follow: () => (done && done.to !== done.from ? followMove(seat, done, ctx) : undefined),
  }
}

/** Rule 4: where it stands, if that is in the head; else in the newest time bucket that everybody sees. */
const bucketFor = (listed: Bucket | undefined, { head = [], newest }: Plan): Bucket => {
  if (listed !== undefined && head.some(({ bucket }) => bucket === listed)) return listed
  return head.find(isVisible)?.bucket ?? newest
}

const remember = ({ dialog, side }: Seat, id: MessageId, { memory }: Context) => {
  const listed = memory.listings.get(keyOf(dialog))
  if (id > (listed?.[side] ?? '')) memory.listings.set(keyOf(dialog), { ...listed, [side]: id })
}
