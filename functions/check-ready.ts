/** GET /ready */
import { app } from '../lib/context.ts'
import { checkReadyContract } from '../lib/contract/check-ready.ts'
import { checkReadiness } from '../lib/dialog/readiness.ts'
import { operation } from '../lib/http/endpoint.ts'

export const on = operation(checkReadyContract, checkReadiness)
export const handler = on(app)
await app.initialize()
