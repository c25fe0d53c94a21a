/** POST /dialog/{user_id}/send */
import * as z from 'zod'
import type { UserId } from '../model/ids.ts'
import type { Message } from '../model/message.ts'
import type { SendMessage } from '../model/operations.ts'
import type { Contract } from './contract.ts'
import { messageReply, showMessage, text, userId } from './fields.ts'
import { idempotencyKey } from './idempotency-key.ts'

const input = z.object({
  path: z.object({ user_id: userId }),
  header: z.object({ 'Idempotency-Key': idempotencyKey.optional() }),
  body: z.object({ text }),
})

export const sendMessageContract: Contract<z.infer<typeof input>, UserId, SendMessage, Message> = {
  operation: 'sendMessage',
  summary: 'Send a message to a user',
  method: 'POST',
  path: '/dialog/{user_id}/send',
  authenticated: true,
  input,
  toCommand: ({ path, header: { 'Idempotency-Key': key }, body }, from) => ({
    from,
    to: path.user_id,
    text: body.text,
    ...(key !== undefined && { key }),
  }),
  toReply: (message) => ({ body: showMessage(message) }),
  reply: messageReply,
  faults: [
    'malformed_json',
    'bad_field',
    'bad_id',
    'repeated_parameter',
    'bad_key',
    'key_reused',
    'body_too_large',
    'not_json',
    'too_many_sends',
    'database_unavailable',
    'overloaded',
    'write_in_doubt',
    'clock_out_of_bounds',
  ],
}
