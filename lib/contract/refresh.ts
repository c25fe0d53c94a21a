/** POST /refresh */
import * as z from 'zod'
import type { Refresh, SignedIn } from '../model/operations.ts'
import { showSignedIn, signedInReply, WRITE_FAULTS } from './account.ts'
import type { Contract } from './contract.ts'

const input = z.object({ body: z.object({ refresh_token: z.string() }) })

export const refreshContract: Contract<z.infer<typeof input>, undefined, Refresh, SignedIn> = {
  operation: 'refresh',
  summary: 'Another access token; without a refresh token in the reply, the client keeps the one it has',
  method: 'POST',
  path: '/refresh',
  authenticated: false,
  ofAccounts: true,
  input,
  toCommand: ({ body }) => ({ refreshToken: body.refresh_token }),
  toReply: (signedIn) => ({ body: showSignedIn(signedIn) }),
  reply: signedInReply,
  faults: [...WRITE_FAULTS, 'unauthorized', 'clock_out_of_bounds'],
}
