/** A connection becomes one that is pushed to, unless its token is withdrawn. */
import { requireClock } from '../buckets/clock.ts'
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import type { Connection } from '../model/connection.ts'
import { ALL_TOKENS, isIncluded } from '../model/token.ts'
import { pushOf, secondsLeft } from './connect.ts'
import type { Push } from './wire.ts'

/**
 * Once it has resolved, every later read of connections finds this one.
 *
 * The order matters: first the timestamp of the row is taken, then the withdrawal marks are read, never from a cache, then
 * the row is written. A withdrawal that the marks do not show was not complete when they were read: its removal has a later
 * timestamp, and covers the row (withdraw.ts), even one whose write is in doubt and arrives when nobody waits for it any more.
 * @throws Fault `unauthorized`, `clock_out_of_bounds`, `database_unavailable`, `write_in_doubt`
 */
export const enlist = async (connection: Connection, ctx: Context): Promise<void> => {
  await requireClock(ctx)
  const atMs = ctx.now()
  if (await isWithdrawn(connection, ctx))
    throw new Fault('unauthorized', 'the token of the connection is withdrawn')
  await ctx.store.putConnection(connection, atMs, keptSeconds(connection, ctx))
}

/** Three pings, each of which writes the row anew: it outlives neither its instance nor an interrupted withdrawal by more. */
export const rowSeconds = ({ pingSeconds }: Pick<Push, 'pingSeconds'>): number => 3 * pingSeconds + 10

const keptSeconds = (connection: Connection, ctx: Context): number =>
  Math.min(secondsLeft(connection, ctx.now()), rowSeconds(pushOf(ctx)))

const isWithdrawn = async ({ user, session, token, issuedMs }: Connection, ctx: Context) => {
  if (!token) return false
  const marks = await ctx.store.withdrawals(user, [ALL_TOKENS, token, ...(session ? [session] : [])])
  return marks.some((mark) => isIncluded(issuedMs, mark))
}
