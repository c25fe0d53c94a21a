/** Begins a session: its row, and its first tokens. */
import type { Context } from '../context.ts'
import type { UserId } from '../model/ids.ts'
import type { SignedIn } from '../model/operations.ts'
import { endOfSession, type SessionId, sessionIdAt } from '../model/session.ts'
import { accountsOf } from './accounts.ts'
import { refreshKeysAt, writeRefreshToken } from './refresh-token.ts'
import { ACCESS_TOKEN_SECONDS, issueToken, REFRESHED_TOKEN_SECONDS } from './token.ts'

type Beginning = {
  isRefreshable: boolean
  /** The latest mark of the person: the session begins after it. */
  markMs: number
}
const SESSION_RANDOM_BYTES = 10

/** @throws Fault `database_unavailable`, `write_in_doubt`: then it may be listed, but nobody has its tokens */
export const beginSession = async (
  user: UserId,
  { isRefreshable, markMs }: Beginning,
  ctx: Context,
): Promise<{ session: SessionId; signedIn: SignedIn }> => {
  const { keys, tokenMaxAgeSeconds } = accountsOf(ctx)
  const beganMs = Math.max(ctx.now(), markMs + 1)
  const session = sessionIdAt(beganMs, ctx.random(SESSION_RANDOM_BYTES))
  const lifeSeconds = Math.min(
    isRefreshable ? REFRESHED_TOKEN_SECONDS : ACCESS_TOKEN_SECONDS,
    tokenMaxAgeSeconds,
  )
  const endsMs = isRefreshable ? endOfSession(session) : beganMs + lifeSeconds * 1000
  // Nobody else has this id: if it is there already, our own first attempt at this statement was applied.
  await ctx.store.insertSession(user, session, { generation: 0, rotatedAtMs: beganMs }, endsMs)
  const claims = { user, sessionId: session, issuedAtMs: beganMs, lifeSeconds }
  const token = await issueToken(keys, claims, ctx.random)
  if (!isRefreshable) return { session, signedIn: { token, lifeSeconds } }
  const refreshToken = writeRefreshToken({ user, session, generation: 0 }, refreshKeysAt(keys, beganMs))
  return { session, signedIn: { token, lifeSeconds, refreshToken } }
}
