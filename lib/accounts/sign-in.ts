/** POST /login: a person signs in. */
import { requireClock } from '../buckets/clock.ts'
import type { Context } from '../context.ts'
import { Fault, type FaultKind } from '../errors.ts'
import type { UserId } from '../model/ids.ts'
import type { SignedIn, SignIn } from '../model/operations.ts'
import { accountsOf } from './accounts.ts'
import { beginSession } from './begin-session.ts'
import { endSession } from './end-session.ts'
import { markOf } from './mark.ts'
import { acceptPassword } from './password.ts'
import { attemptSignIn } from './sign-in-limits.ts'

/** As `attempt`, and counted by its outcome. @throws as `attempt` */
export const signIn = async (command: SignIn, ctx: Context): Promise<SignedIn> => {
  try {
    const signedIn = await attempt(command, ctx)
    ctx.metrics.count('dialogs_sign_ins_total', 'succeeded')
    return signedIn
  } catch (error) {
    ctx.metrics.count('dialogs_sign_ins_total', OUTCOMES[(error as Fault).kind] ?? 'failed')
    throw error
  }
}

const OUTCOMES: { [kind in FaultKind]?: string } = {
  no_such_sign_in: 'refused',
  too_many_attempts: 'too_many',
}

/**
 * An unknown user and a wrong password cost the same, and get one answer.
 * @throws Fault `no_such_sign_in`, `too_many_attempts`, `overloaded`, `clock_out_of_bounds`, `database_unavailable`,
 * `write_in_doubt` (safe to repeat)
 */
const attempt = async (command: SignIn, ctx: Context): Promise<SignedIn> => {
  const { user, password, isRefreshable, origin } = command
  await requireClock(ctx)
  const [counted, stored, markMs] = await Promise.all([
    attemptSignIn(user, origin, ctx),
    ctx.store.readPasswordHash(user),
    markOf(user, ctx),
  ])
  const { isRight, isRehashDue } = await accountsOf(ctx).passwords.verify(password, stored)
  if (!isRight || stored === undefined) {
    await counted.failed()
    throw wrong()
  }
  await counted.succeeded()
  const good = isRehashDue ? [stored, await rehash(user, password, stored, ctx)] : [stored]
  const { session, signedIn } = await beginSession(user, { isRefreshable, markMs }, ctx)
  // A change of the password ends all sessions: those that it does not know of end themselves.
  const hash = await ctx.store.readPasswordHash(user)
  if (hash === undefined || !good.includes(hash)) {
    await endSession(user, session, ctx)
    throw wrong()
  }
  return signedIn
}

const wrong = () => new Fault('no_such_sign_in', 'unknown user or wrong password')

/** By today's parameters. Only now is the password at hand. */
const rehash = async (user: UserId, password: string, stored: string, ctx: Context): Promise<string> => {
  const { passwords } = accountsOf(ctx)
  // It was accepted once, when it may have been allowed to be shorter.
  const next = await passwords.hash(acceptPassword(password, 0))
  await ctx.store.replacePasswordHash(user, stored, next)
  return next
}
