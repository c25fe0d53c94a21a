/** POST /dialog/{user_id}/send */
import { app } from '../lib/context.ts'
import { sendMessageContract } from '../lib/contract/send-message.ts'
import { sendMessage } from '../lib/dialog/send.ts'
import { endpoint } from '../lib/http/endpoint.ts'

export const handler = endpoint(sendMessageContract, sendMessage, app)

// A function's init phase has more time and processor than its first request.
await app.warmUp()
