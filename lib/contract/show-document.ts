/** GET /openapi.json: the contracts, in machine-readable form. */
import * as z from 'zod'
import type { Contract } from './contract.ts'

const input = z.object({})

export const showDocumentContract: Contract<object, undefined, undefined, object> = {
  operation: 'showDocument',
  summary: 'The OpenAPI document of this service',
  method: 'GET',
  path: '/openapi.json',
  authenticated: false,
  input,
  toCommand: () => undefined,
  toReply: (document) => ({ body: document }),
  reply: z.looseObject({ openapi: z.string() }).meta({ id: 'OpenApiDocument' }),
  faults: [],
}
