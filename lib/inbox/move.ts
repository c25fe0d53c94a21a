/** A dialog moves to a newer time bucket of an inbox: its new row is there, and the old one goes (docs/inbox.md, rule 5). */
import type { Plan } from '../buckets/memory.ts'
import { makeVisible, openNext } from '../buckets/open.ts'
import type { Context } from '../context.ts'
import type { MessageId } from '../model/ids.ts'
import { type Bucket, openingOf } from '../timeline/bucket.ts'
import type { Found } from './entry.ts'
import { retireEmptied } from './retire.ts'
import { laneOf, type Seat } from './side.ts'

type Move = { from: Bucket | undefined; to: Bucket; id: MessageId; plan: Plan }

/** Never fails a send, whose message is stored and listed already. What fails ends it there: readers repair it. */
export const followMove = async (seat: Seat, { from, to, id, plan }: Move, ctx: Context): Promise<void> => {
  try {
    await ctx.store.setListed(seat.dialog, seat.side, to)
    if (from !== undefined && from < to) {
      const row = { peer: seat.peer, id, bucket: laneOf(to, seat) }
      await replace(seat, [{ bucket: laneOf(from, seat), upTo: id }], row, ctx)
    }
  } catch (err) {
    ctx.log.warn({ err }, 'a dialog was not moved in an inbox')
  }
  if (mayBeFull(id, ctx)) await openWhenFull(seat, to, id, plan, ctx)
}

/**
 * Removes rows that this one replaces, once a quorum of each data centre has it: where the removal arrived first, the
 * dialog would be in no inbox.
 * @throws Fault as a write does
 */
export const replace = async (
  { inbox }: Seat,
  old: { bucket: Bucket; upTo: MessageId }[],
  { peer, id, bucket }: Found,
  ctx: Context,
): Promise<void> => {
  await ctx.store.putListing(inbox, bucket, { peer, lastId: id }, true)
  await Promise.all(old.map(({ bucket, upTo }) => ctx.store.removeListing(inbox, bucket, peer, upTo)))
}

/** Two thousand new dialogs a second: a page walks lanes one by one. */
const MOST_LANES = 8
/** One in four rows of a full lane looks: the lane is counted only then. */
const LOOKS_A_LANE = 4

const mayBeFull = (id: MessageId, { rules }: Context) =>
  Number.parseInt(id.slice(-8), 16) / 2 ** 32 < LOOKS_A_LANE / rules.inboxRows

const openWhenFull = async (seat: Seat, to: Bucket, id: MessageId, { newest }: Plan, ctx: Context) => {
  try {
    const most = Math.ceil(ctx.rules.inboxRows / openingOf(to).lanes)
    const { rows } = await ctx.store.listingsAfter(seat.inbox, laneOf(to, seat), '', most)
    if (rows.length < most) return
    // One after the other, since a page has to read every time bucket that nobody has made visible.
    if (to === newest) await openNext(seat.inbox, newest, ctx, MOST_LANES)
    else await makeVisible(seat.inbox, newest, ctx)
    await retireEmptied(seat.inbox, newest, id, ctx)
  } catch (err) {
    ctx.log.warn({ err }, 'an inbox was not looked at')
  }
}
