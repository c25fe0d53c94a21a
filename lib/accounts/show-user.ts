/** GET /user/get/{id}: what somebody tells about themselves, to anybody. */
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import type { ShowUser, UserProfile } from '../model/operations.ts'
import { accountsOf } from './accounts.ts'

/** @throws Fault `no_such_user`, `database_unavailable` */
export const showUser = async ({ user }: ShowUser, ctx: Context): Promise<UserProfile> => {
  accountsOf(ctx)
  const profile = await ctx.store.readProfile(user)
  if (!profile) throw new Fault('no_such_user', 'no such user')
  return { user, profile }
}
