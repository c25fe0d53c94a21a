/** PUT /password */
import * as z from 'zod'
import type { UserId } from '../model/ids.ts'
import type { ChangePassword, SignedIn } from '../model/operations.ts'
import { isRefreshable, password, showSignedIn, signedInReply, WRITE_FAULTS } from './account.ts'
import type { Contract } from './contract.ts'

const input = z.object({
  body: z.object({ password, new_password: password, refresh: isRefreshable }),
})

export const changePasswordContract: Contract<z.infer<typeof input>, UserId, ChangePassword, SignedIn> = {
  operation: 'changePassword',
  summary: 'Change the password: withdraws all tokens, ends all sessions, and begins a new one',
  method: 'PUT',
  path: '/password',
  authenticated: true,
  ofAccounts: true,
  input,
  toCommand: ({ body: { password, new_password, refresh } }, caller, _, request) => ({
    caller,
    password,
    newPassword: new_password,
    isRefreshable: refresh === true,
    origin: request.origin(),
  }),
  toReply: (signedIn) => ({ body: showSignedIn(signedIn) }),
  reply: signedInReply,
  faults: [...WRITE_FAULTS, 'no_such_sign_in', 'too_many_attempts', 'clock_out_of_bounds'],
}
