/** GET /user/get/{id} */
import * as z from 'zod'
import type { ShowUser, UserProfile } from '../model/operations.ts'
import { profileFields } from './account.ts'
import type { Contract } from './contract.ts'
import { userId } from './fields.ts'

const input = z.object({ path: z.object({ id: userId }) })

export const showUserContract: Contract<z.infer<typeof input>, undefined, ShowUser, UserProfile> = {
  operation: 'showUser',
  summary: 'What a user tells about themselves',
  method: 'GET',
  path: '/user/get/{id}',
  authenticated: false,
  ofAccounts: true,
  input,
  toCommand: ({ path: { id } }) => ({ user: id }),
  toReply: ({ user, profile: { firstName, secondName, birthdate, biography, city } }) => ({
    body: { id: user, first_name: firstName, second_name: secondName, birthdate, biography, city },
  }),
  reply: z.object({ id: z.string(), ...profileFields }).meta({ id: 'User' }),
  faults: ['bad_id', 'no_such_user', 'database_unavailable', 'overloaded'],
}
