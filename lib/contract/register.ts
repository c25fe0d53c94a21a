/** POST /user/register */
import * as z from 'zod'
import type { UserId } from '../model/ids.ts'
import type { Register } from '../model/operations.ts'
import { password, profileFields, WRITE_FAULTS } from './account.ts'
import type { Contract } from './contract.ts'

const input = z.object({ body: z.object({ ...profileFields, password }) })

export const registerContract: Contract<z.infer<typeof input>, undefined, Register, UserId> = {
  operation: 'register',
  summary: 'Sign up',
  method: 'POST',
  path: '/user/register',
  authenticated: false,
  ofAccounts: true,
  input,
  toCommand: (
    { body: { password, first_name, second_name, birthdate, biography, city } },
    _,
    __,
    request,
  ) => ({
    profile: {
      ...(first_name !== undefined && { firstName: first_name }),
      ...(second_name !== undefined && { secondName: second_name }),
      ...(birthdate !== undefined && { birthdate }),
      ...(biography !== undefined && { biography }),
      ...(city !== undefined && { city }),
    },
    password,
    origin: request.origin(),
  }),
  toReply: (user) => ({ body: { user_id: user } }),
  reply: z.object({ user_id: z.uuid() }),
  faults: [...WRITE_FAULTS, 'too_many_attempts'],
}
