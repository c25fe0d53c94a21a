/** GET /dialog/{user_id}/list */
import { app } from '../lib/context.ts'
import { listMessagesContract } from '../lib/contract/list-messages.ts'
import { listMessages } from '../lib/dialog/history.ts'
import { operation } from '../lib/http/endpoint.ts'

export const on = operation(listMessagesContract, listMessages)
export const handler = on(app)
await app.initialize()
