/** POST /revoke */
import * as z from 'zod'
import type { UserId } from '../model/ids.ts'
import type { Revoke } from '../model/operations.ts'
import type { Contract } from './contract.ts'
import { issue } from './fields.ts'

const input = z.object({
  body: z
    .object({
      session: z
        .string()
        .min(1)
        .max(256)
        .meta({ description: 'Every token with this `sid` claim, of the caller' })
        .optional(),
      all: z.literal(true).meta({ description: "Every token of the caller's up to now" }).optional(),
    })
    .refine(
      ({ session, all }) => session === undefined || all === undefined,
      issue('bad_field', 'session and all are mutually exclusive'),
    ),
})

export const revokeContract: Contract<z.infer<typeof input>, UserId, Revoke, void> = {
  operation: 'revoke',
  summary: 'Withdraw the token of this request, those of a session, or all',
  method: 'POST',
  path: '/revoke',
  authenticated: true,
  input,
  toCommand: ({ body }, _caller, token) => ({
    token,
    isAll: body.all === true,
    ...(body.session !== undefined && { session: body.session }),
  }),
  toReply: () => ({}),
  faults: [
    'malformed_json',
    'bad_field',
    'not_found',
    'body_too_large',
    'not_json',
    'database_unavailable',
    'overloaded',
    'write_in_doubt',
    'clock_out_of_bounds',
  ],
}
