/**
 * Whether an entry of an inbox still stands, and what its dialog is now; an interrupted move is completed (docs/inbox.md,
 * rules 9 and 10).
 */
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import type { UserId } from '../model/ids.ts'
import type { DialogSummary } from '../model/operations.ts'
import type { Marks } from '../store/store.ts'
import { type Bucket, bucketOf, openingOf } from '../timeline/bucket.ts'
import type { Entry, Found } from './entry.ts'
import { replace } from './move.ts'
import { laneOf, type Seat, seatOf } from './side.ts'
import { readState, summaryOf } from './summary.ts'

/**
 * The dialog; undefined if this entry is stale, or the dialog has no messages.
 * @throws Fault `database_unavailable`
 */
export const settle = async (
  caller: UserId,
  entry: Entry,
  ctx: Context,
): Promise<DialogSummary | undefined> => {
  const seat = seatOf(caller, entry.peer)
  const { marks, last } = await readState(seat, ctx)
  if (!last || !(await stands(seat, entry, marks[seat.side], ctx))) return undefined
  return summaryOf(caller, seat, marks, last, ctx)
}

const stands = async (seat: Seat, entry: Entry, { listed }: Marks, ctx: Context): Promise<boolean> => {
  const standsIn = bucketOf(openingOf(entry.bucket))
  if (listed !== undefined && listed > standsIn) {
    const bucket = laneOf(listed, seat)
    const there = await ctx.store.readListing(seat.inbox, bucket, seat.peer)
    // Listed there by another data centre, whose row has not come yet; or it has just moved on.
    if (!there) return true
    await removeStale(seat, [entry], { peer: entry.peer, id: there.lastId, bucket }, ctx)
    return false
  }
  if (listed !== standsIn) await completeMove(seat, entry, standsIn, ctx)
  if (entry.older) await removeStale(seat, entry.older, entry, ctx)
  return true
}

/** Before the reply: who moved it may never have written the rest, and an older entry must not count on a later page. */
const completeMove = async (seat: Seat, { peer, id, bucket }: Entry, standsIn: Bucket, ctx: Context) => {
  try {
    await ctx.store.putListing(seat.inbox, bucket, { peer, lastId: id }, false)
    await ctx.store.setListed(seat.dialog, seat.side, standsIn)
  } catch (cause) {
    // A reader has asked for no write: nothing of the caller's is in doubt.
    throw new Fault('database_unavailable', 'an interrupted move was not completed', { cause })
  }
}

/** Each at its own timestamp, so that whatever is written there later stays. */
const removeStale = (seat: Seat, stale: Found[], row: Found, ctx: Context) =>
  replace(
    seat,
    stale.map(({ bucket, id }) => ({ bucket, upTo: id })),
    row,
    ctx,
  ).catch((err: unknown) => ctx.log.warn({ err }, 'a stale entry of an inbox was not removed'))
