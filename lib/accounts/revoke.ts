/** Withdraws tokens of a person, by that person: one, those of a session, or all. */
import { requireClock } from '../buckets/clock.ts'
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import type { Revoke } from '../model/operations.ts'
import { parseSessionId } from '../model/session.ts'
import type { TokenName } from '../model/token.ts'
import { endSession } from './end-session.ts'
import { SPARE_SECONDS, withdrawAll } from './mark.ts'

/**
 * Once it has resolved, no instance accepts these tokens for more than six seconds, and nothing refreshes them.
 * @throws Fault `not_found` where tokens cannot be withdrawn, `clock_out_of_bounds`, `database_unavailable`,
 * `write_in_doubt` (safe to repeat)
 */
export const revoke = async (command: Revoke, ctx: Context): Promise<void> => {
  await withdraw(command, ctx)
  const kind = command.session === undefined ? 'token' : 'session'
  ctx.metrics.count('dialogs_withdrawals_total', command.isAll ? 'all' : kind)
}

const withdraw = async ({ token, session, isAll }: Revoke, ctx: Context): Promise<void> => {
  if (!token) throw new Fault('not_found', 'tokens cannot be withdrawn here')
  if (isAll) {
    await requireClock(ctx)
    await withdrawAll(token.user, ctx.now(), ctx)
    return
  }
  const own = ctx.accounts && session !== undefined ? parseSessionId(session) : undefined
  if (own) return endSession(token.user, own, ctx)
  const what = session === undefined ? (token.names.at(-1) as TokenName) : (`sid:${session}` as const)
  await ctx.store.withdraw(token.user, { what, atMs: ctx.now() }, token.maxAgeSeconds + SPARE_SECONDS)
}
