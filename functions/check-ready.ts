/** GET /ready */
import { app } from '../lib/context.ts'
import { checkReadyContract } from '../lib/contract/check-ready.ts'
import { checkReadiness } from '../lib/dialog/readiness.ts'
import { endpoint } from '../lib/http/endpoint.ts'

export const handler = endpoint(checkReadyContract, checkReadiness, app)

// A function's init phase has more time and processor than its first request.
await app.warmUp()
