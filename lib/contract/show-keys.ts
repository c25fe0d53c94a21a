/** GET /.well-known/jwks.json */
import * as z from 'zod'
import type { PublicKeys } from '../model/operations.ts'
import type { Contract } from './contract.ts'

const input = z.object({})

/** Far below the time for which a new key is shown before it signs. */
const CACHED = 'public, max-age=300'

export const showKeysContract: Contract<object, undefined, undefined, PublicKeys> = {
  operation: 'showKeys',
  summary: 'The public keys of our tokens, as a JSON Web Key Set (RFC 7517)',
  method: 'GET',
  path: '/.well-known/jwks.json',
  authenticated: false,
  ofAccounts: true,
  input,
  toCommand: () => undefined,
  toReply: (keys) => ({ body: keys, headers: { 'cache-control': CACHED } }),
  reply: z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })) }),
  faults: [],
}
