/** POST /login */
import * as z from 'zod'
import type { SignedIn, SignIn } from '../model/operations.ts'
import { isRefreshable, password, showSignedIn, signedInReply, WRITE_FAULTS } from './account.ts'
import type { Contract } from './contract.ts'
import { userId } from './fields.ts'

const input = z.object({
  body: z.object({
    id: userId,
    password,
    refresh: isRefreshable,
  }),
})

export const loginContract: Contract<z.infer<typeof input>, undefined, SignIn, SignedIn> = {
  operation: 'login',
  summary: 'Sign in',
  method: 'POST',
  path: '/login',
  authenticated: false,
  ofAccounts: true,
  input,
  toCommand: ({ body: { id, password, refresh } }, _, __, request) => ({
    user: id,
    password,
    isRefreshable: refresh === true,
    origin: request.origin(),
  }),
  toReply: (signedIn) => ({ body: showSignedIn(signedIn) }),
  reply: signedInReply,
  faults: [...WRITE_FAULTS, 'bad_id', 'no_such_sign_in', 'too_many_attempts', 'clock_out_of_bounds'],
}
