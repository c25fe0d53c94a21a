/** POST /dialog/{user_id}/send */
import { app } from '../lib/context.ts'
import { sendMessageContract } from '../lib/contract/send-message.ts'
import { sendMessage } from '../lib/dialog/send.ts'
import { operation } from '../lib/http/endpoint.ts'
import { announce } from '../lib/inbox/announce.ts'
import { pushing } from '../lib/push/push-message.ts'

export const on = operation(
  sendMessageContract,
  pushing((command, ctx) => sendMessage(command, ctx, announce)),
)
export const handler = on(app)
await app.initialize()
