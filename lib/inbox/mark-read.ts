/** PUT /dialog/{user_id}/read: how far a person has read a dialog. */
import { requireClock } from '../buckets/clock.ts'
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import { stampOf } from '../model/ids.ts'
import type { MarkRead } from '../model/operations.ts'
import { MAX_CLOCK_SKEW_MS } from '../timeline/rules.ts'
import { seatOf } from './side.ts'

/**
 * A mark never goes back, so one in the future would hide what is yet to come: nothing can have that id. Judged by a
 * clock within bounds: one that is behind would refuse the ids of others, one that is ahead would accept what it must not.
 * @throws Fault `bad_field`, `clock_out_of_bounds`, `database_unavailable`, `write_in_doubt` (safe to repeat)
 */
export const markRead = async ({ caller, other, upTo }: MarkRead, ctx: Context): Promise<void> => {
  await requireClock(ctx)
  if (stampOf(upTo) > ctx.now() + MAX_CLOCK_SKEW_MS) {
    const fields = [{ path: 'body.up_to', message: 'must not lie in the future' }]
    throw new Fault('bad_field', 'a mark in the future', { fields })
  }
  const { dialog, side } = seatOf(caller, other)
  await ctx.store.setReadUpTo(dialog, side, upTo)
}
