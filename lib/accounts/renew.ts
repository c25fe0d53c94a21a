/** POST /refresh: an access token for a refresh token. */
import { requireClock } from '../buckets/clock.ts'
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import type { Refresh, SignedIn } from '../model/operations.ts'
import { beginOfSession, endOfSession } from '../model/session.ts'
import { ALL_TOKENS, isIncluded } from '../model/token.ts'
import { accountsOf } from './accounts.ts'
import { type EndSession, type Refreshed, refresh, Theft } from './refresh.ts'
import { type RefreshKeys, readRefreshToken, refreshKeysAt } from './refresh-token.ts'
import { issueToken, REFRESHED_TOKEN_SECONDS } from './token.ts'

type Refreshing = Pick<Context, 'store'> & { keys: RefreshKeys }

/** As `attempt`, and counted by its outcome. @throws as `attempt` */
export const renew = async (command: Refresh, ctx: Context, end: EndSession): Promise<SignedIn> => {
  try {
    const { signedIn, how } = await attempt(command, ctx, end)
    ctx.metrics.count('dialogs_refreshes_total', how)
    return signedIn
  } catch (error) {
    ctx.metrics.count('dialogs_refreshes_total', outcomeOf(error))
    throw error
  }
}

const outcomeOf = (error: unknown): string => {
  if (error instanceof Theft) return 'theft'
  return error instanceof Fault && error.kind === 'unauthorized' ? 'refused' : 'failed'
}

type Renewed = { signedIn: SignedIn; how: Refreshed['how'] }

/**
 * @throws Fault `unauthorized`: sign in again; `clock_out_of_bounds`, `database_unavailable`, `write_in_doubt`: repeat it
 * with the same refresh token
 */
const attempt = async (command: Refresh, ctx: Context, end: EndSession): Promise<Renewed> => {
  const { keys, tokenMaxAgeSeconds } = accountsOf(ctx)
  // A clock that is far ahead would take a token that has just been replaced for one that was long ago: theft.
  await requireClock(ctx)
  const refreshing = { store: ctx.store, now: ctx.now, keys: refreshKeysAt(keys, ctx.now()) }
  const [{ user, session, refreshToken, how }] = await Promise.all([
    refresh(command.refreshToken, refreshing, end),
    requireNotWithdrawn(command.refreshToken, refreshing),
  ])
  const issuedAtMs = ctx.now()
  const leftSeconds = Math.ceil((endOfSession(session) - issuedAtMs) / 1000)
  const lifeSeconds = Math.max(1, Math.min(REFRESHED_TOKEN_SECONDS, tokenMaxAgeSeconds, leftSeconds))
  const token = await issueToken(keys, { user, sessionId: session, issuedAtMs, lifeSeconds }, ctx.random)
  return { signedIn: { token, lifeSeconds, ...(refreshToken !== undefined && { refreshToken }) }, how }
}

/** Everything of the person may be withdrawn; or this session, whose row could not be removed. */
const requireNotWithdrawn = async (text: string, { store, keys }: Refreshing): Promise<void> => {
  const token = readRefreshToken(text, keys)
  if (!token) return
  const { user, session } = token
  const marks = await store.withdrawals(user, [ALL_TOKENS, `sid:${session}`])
  if (marks.some((mark) => isIncluded(beginOfSession(session), mark)))
    throw new Fault('unauthorized', 'the session is withdrawn')
}
