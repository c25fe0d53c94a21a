/** POST /user/register: a person signs up. */
import { randomUUID } from 'node:crypto'
import type { Context } from '../context.ts'
import type { UserId } from '../model/ids.ts'
import type { Register } from '../model/operations.ts'
import { accountsOf } from './accounts.ts'
import { networkOf } from './address.ts'
import { countAttempt, refuseOvertaken, refuseTooMany } from './attempts.ts'
import { acceptPassword } from './password.ts'

/** Registrations of one network, which may be a school. */
const FREE = 20

/** @throws Fault `bad_field`, `too_many_attempts`, `overloaded`, `database_unavailable`, `write_in_doubt` */
export const register = async ({ profile, password, origin }: Register, ctx: Context): Promise<UserId> => {
  const { passwords, passwordMinCharacters, trustedProxies } = accountsOf(ctx)
  const acceptable = acceptPassword(password, passwordMinCharacters, 'body.password')
  const subject = `r:${networkOf(origin.address, origin.forwardedFor, trustedProxies)}`
  const [registrations] = await ctx.store.readFailures([subject])
  refuseTooMany(registrations, FREE, ctx.now())
  const passwordHash = await passwords.hash(acceptable)
  refuseOvertaken(registrations, await countAttempt(subject, registrations, ctx), FREE)
  // Never chosen by people, who would choose that of somebody else.
  const user = randomUUID() as string as UserId
  // Nobody else has this id: if there is such a user, our own first attempt at this statement was applied.
  await ctx.store.createUser(user, { profile, passwordHash, createdAtMs: ctx.now() })
  return user
}
