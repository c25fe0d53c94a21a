/** GET /dialog/{user_id}/list */
import { app } from '../lib/context.ts'
import { listMessagesContract } from '../lib/contract/list-messages.ts'
import { listMessages } from '../lib/dialog/history.ts'
import { endpoint } from '../lib/http/endpoint.ts'

export const handler = endpoint(listMessagesContract, listMessages, app)

// A function's init phase has more time and processor than its first request.
await app.warmUp()
