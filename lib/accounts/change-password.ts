/** PUT /password: a person changes their password, which ends all their sessions, and goes on in a new one. */
import { requireClock } from '../buckets/clock.ts'
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import type { ChangePassword, SignedIn } from '../model/operations.ts'
import { accountsOf } from './accounts.ts'
import { beginSession } from './begin-session.ts'
import { withdrawAll } from './mark.ts'
import { acceptPassword } from './password.ts'
import { attemptSignIn } from './sign-in-limits.ts'

/**
 * To be repeated after a failure, even if the password has been changed by then: until the mark is written, which voids the
 * token of the request as well.
 * @throws Fault `bad_field`, `no_such_sign_in`, `too_many_attempts`, `overloaded`, `clock_out_of_bounds`,
 * `database_unavailable`, `write_in_doubt`
 */
export const changePassword = async (command: ChangePassword, ctx: Context): Promise<SignedIn> => {
  const { caller, origin, isRefreshable } = command
  acceptPassword(command.newPassword, accountsOf(ctx).passwordMinCharacters, 'body.new_password')
  await requireClock(ctx)
  const [attempt, stored] = await Promise.all([
    attemptSignIn(caller, origin, ctx),
    ctx.store.readPasswordHash(caller),
  ])
  const found = await compare(command, stored, ctx)
  if (found === 'another') {
    await attempt.failed()
    throw wrong()
  }
  await attempt.succeeded()
  if (found === 'current') await replace(command, stored, ctx)
  // After the hash, so that whoever signs in with the old password in between finds that it has changed.
  const markMs = await withdrawAll(caller, ctx.now(), ctx)
  ctx.metrics.count('dialogs_withdrawals_total', 'all')
  const { signedIn } = await beginSession(caller, { isRefreshable, markMs }, ctx)
  return signedIn
}

const wrong = () => new Fault('no_such_sign_in', 'the password is another')

/** `changed`: an earlier request has stored the new password already. */
const compare = async (
  { password, newPassword }: ChangePassword,
  stored: string | undefined,
  ctx: Context,
): Promise<'current' | 'changed' | 'another'> => {
  const { passwords } = accountsOf(ctx)
  if ((await passwords.verify(password, stored)).isRight) return 'current'
  return (await passwords.verify(newPassword, stored)).isRight ? 'changed' : 'another'
}

const replace = async ({ caller, newPassword }: ChangePassword, stored = '', ctx: Context): Promise<void> => {
  const { passwords, passwordMinCharacters } = accountsOf(ctx)
  const next = await passwords.hash(acceptPassword(newPassword, passwordMinCharacters))
  let doubt: unknown
  try {
    if (await ctx.store.replacePasswordHash(caller, stored, next)) return
  } catch (error) {
    if (!(error instanceof Fault && error.kind === 'write_in_doubt')) throw error
    doubt = error
  }
  // Our own statement has taken effect, or an equal request was first; or it was another one.
  const now = await ctx.store.readPasswordHash(caller)
  if (now !== stored && (await passwords.verify(newPassword, now)).isRight) return
  throw doubt ?? wrong()
}
