/** GET /ready: the database answers, the schema is current, the clock is within bounds. */
import * as z from 'zod'
import type { Readiness } from '../model/operations.ts'
import type { Contract } from './contract.ts'

const input = z.object({})
const warning = 'the clock is out of bounds: messages are listed, but not accepted'

export const checkReadyContract: Contract<object, undefined, undefined, Readiness> = {
  operation: 'checkReady',
  summary: 'Readiness check: whether the service can do its work now',
  method: 'GET',
  path: '/ready',
  authenticated: false,
  input,
  toCommand: () => undefined,
  toReply: ({ clockIsWithinBounds }) => ({
    body: { status: 'ready', ...(!clockIsWithinBounds && { warning }) },
  }),
  reply: z
    .object({ status: z.literal('ready'), warning: z.literal(warning).optional() })
    .meta({ id: 'Readiness' }),
  faults: ['database_unavailable', 'overloaded', 'schema_behind', 'misconfigured'],
}
