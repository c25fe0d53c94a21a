/** Refreshing: a token of a session for the right to a new access token, and now and then for its successor. */
import { Fault } from '../errors.ts'
import type { UserId } from '../model/ids.ts'
import { endOfSession, type Session, type SessionId } from '../model/session.ts'
import type { Store } from '../store/store.ts'
import { endSession } from './end-session.ts'
import { type RefreshKeys, type RefreshToken, readRefreshToken, writeRefreshToken } from './refresh-token.ts'
import { decide } from './rotate.ts'

/** Without a refresh token, the client keeps the one that it has (RFC 6749, section 6). */
export type Refreshed = {
  user: UserId
  session: SessionId
  refreshToken?: string
  how: 'rotated' | 'repeated' | 'kept'
}
/** One of the two parties may be its owner, so the reply is that for any other token that is not valid. */
export class Theft extends Fault {
  constructor() {
    super('unauthorized', 'a refresh token was used by two parties: the session is ended')
  }
}

export type Sessions = Pick<Store, 'readSession' | 'rotateSession' | 'endSession' | 'withdraw'>

type Refreshing = { store: Sessions; now: () => number; keys: RefreshKeys }
/** Ends a session, and whatever else rests on it. @throws Fault as `endSession` does */
export type EndSession = (user: UserId, session: SessionId) => Promise<void>

/** A session rests after each change, so the second attempt writes only if the first is undone by its doubt. */
const ATTEMPTS = 3

/**
 * @throws Fault `unauthorized`: sign in again, this will not change; `write_in_doubt`, `database_unavailable`: repeat it
 * with the same token
 */
export const refresh = async (
  text: string,
  ctx: Refreshing,
  end: EndSession = (user, session) => endSession(user, session, ctx),
): Promise<Refreshed> => {
  const token = readRefreshToken(text, ctx.keys)
  if (!token) throw new Fault('unauthorized', 'not a refresh token')
  let doubt: unknown
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1)
    try {
      const refreshed = await attemptWith(token, ctx, end)
      if (refreshed) return refreshed
    } catch (error) {
      // The next attempt reads what became of it.
      if (!(error instanceof Fault && error.kind === 'write_in_doubt')) throw error
      doubt = error
    }
  throw new Fault('write_in_doubt', 'the session may have changed', { cause: doubt })
}

/** Undefined: the session has changed between its read and its write. */
const attemptWith = async (
  token: RefreshToken,
  ctx: Refreshing,
  end: EndSession,
): Promise<Refreshed | undefined> => {
  const session = await ctx.store.readSession(token.user, token.session)
  // After the read: a slow one must not make the session look younger than it is, and its answer repeatable.
  const nowMs = ctx.now()
  if (!session || nowMs >= endOfSession(token.session)) throw new Fault('unauthorized', 'no such session')
  const decision = decide(session, token.generation, nowMs)
  switch (decision.act) {
    case 'keep':
      return { user: token.user, session: token.session, how: 'kept' }
    case 'repeat':
      return { ...answer(token, decision.generation, ctx), how: 'repeated' }
    case 'rotate':
      return (await rotate(session, token, decision.next, ctx))
        ? { ...answer(token, decision.next.generation, ctx), how: 'rotated' }
        : undefined
    case 'theft':
      await end(token.user, token.session)
      throw new Theft()
    case 'behind':
      throw new Fault('database_unavailable', 'this data centre has not heard of that generation yet')
  }
}

const rotate = ({ generation }: Session, { user, session }: RefreshToken, next: Session, ctx: Refreshing) =>
  ctx.store.rotateSession(user, session, generation, next, endOfSession(session))

const answer = ({ user, session }: RefreshToken, generation: number, { keys }: Refreshing) => ({
  user,
  session,
  refreshToken: writeRefreshToken({ user, session, generation }, keys),
})
