/** GET /health: alive, whatever the database does. */
import { app } from '../lib/context.ts'
import { checkHealthContract } from '../lib/contract/check-health.ts'
import { endpoint } from '../lib/http/endpoint.ts'

export const handler = endpoint(checkHealthContract, async () => undefined, app)
