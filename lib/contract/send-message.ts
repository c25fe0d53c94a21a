/** POST /dialog/{user_id}/send */
import * as z from 'zod'
import type { UserId } from '../dialog/ids.ts'
import type { Message } from '../dialog/message.ts'
import type { Contract } from './contract.ts'
import { messageReply, showMessage, text, userId } from './fields.ts'

const input = z.object({
  path: z.object({ user_id: userId }),
  body: z.object({ text }),
})

export const sendMessageContract: Contract<
  z.infer<typeof input>,
  UserId,
  { from: UserId; to: UserId; text: string },
  Message
> = {
  operation: 'sendMessage',
  summary: 'Send a message to a user',
  method: 'POST',
  path: '/dialog/{user_id}/send',
  authenticated: true,
  input,
  toCommand: ({ path, body }, from) => ({ from, to: path.user_id, text: body.text }),
  toReply: (message) => ({ body: showMessage(message) }),
  reply: messageReply,
  faults: [
    'malformed_json',
    'bad_field',
    'bad_id',
    'body_too_large',
    'not_json',
    'database_unavailable',
    'write_in_doubt',
    'clock_out_of_bounds',
  ],
}
