/** PUT /dialog/{user_id}/read */
import { app } from '../lib/context.ts'
import { markReadContract } from '../lib/contract/mark-read.ts'
import { operation } from '../lib/http/endpoint.ts'
import { markRead } from '../lib/inbox/mark-read.ts'
import { pushingMark } from '../lib/push/push-mark.ts'

export const on = operation(markReadContract, pushingMark(markRead))
export const handler = on(app)
await app.initialize()
