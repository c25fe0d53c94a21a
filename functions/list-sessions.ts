/** GET /sessions */
import { listSessions } from '../lib/accounts/list-sessions.ts'
import { app } from '../lib/context.ts'
import { listSessionsContract } from '../lib/contract/list-sessions.ts'
import { operation } from '../lib/http/endpoint.ts'

export const on = operation(listSessionsContract, listSessions)
export const handler = on(app)
await app.initialize()
