/** GET /health: alive, whatever the database does. */
import { app } from '../lib/context.ts'
import { checkHealthContract } from '../lib/contract/check-health.ts'
import { operation } from '../lib/http/endpoint.ts'

export const on = operation(checkHealthContract, async () => undefined)
export const handler = on(app)
