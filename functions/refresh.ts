/** POST /refresh */
import { renew } from '../lib/accounts/renew.ts'
import { app } from '../lib/context.ts'
import { refreshContract } from '../lib/contract/refresh.ts'
import { operation } from '../lib/http/endpoint.ts'

export const on = operation(refreshContract, renew)
export const handler = on(app)
await app.initialize()
