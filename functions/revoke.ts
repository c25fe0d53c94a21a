/** POST /revoke */
import { revoke } from '../lib/accounts/revoke.ts'
import { app } from '../lib/context.ts'
import { revokeContract } from '../lib/contract/revoke.ts'
import { operation } from '../lib/http/endpoint.ts'

export const on = operation(revokeContract, revoke)
export const handler = on(app)
await app.initialize()
