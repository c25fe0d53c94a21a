/** GET /health: the process answers. */
import * as z from 'zod'
import type { Contract } from './contract.ts'

const input = z.object({})

export const checkHealthContract: Contract<object, undefined, undefined, undefined> = {
  operation: 'checkHealth',
  summary: 'Liveness check; does not touch the database',
  method: 'GET',
  path: '/health',
  authenticated: false,
  input,
  toCommand: () => undefined,
  toReply: () => ({ body: { status: 'alive' } }),
  reply: z.object({ status: z.literal('alive') }).meta({ id: 'Health' }),
  faults: [],
}
