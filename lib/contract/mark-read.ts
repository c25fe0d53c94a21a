/** PUT /dialog/{user_id}/read */
import * as z from 'zod'
import type { UserId } from '../model/ids.ts'
import type { MarkRead } from '../model/operations.ts'
import type { Contract } from './contract.ts'
import { messageIdField, userId } from './fields.ts'

const input = z.object({
  path: z.object({ user_id: userId }),
  body: z.object({
    up_to: messageIdField.meta({
      description:
        'The newest message that the caller has read. A mark never goes back: an older one than before changes nothing. An id from the future is refused',
    }),
  }),
})

export const markReadContract: Contract<z.infer<typeof input>, UserId, MarkRead, void> = {
  operation: 'markRead',
  summary: 'Mark the messages of the dialog with a user as read, up to one of them',
  method: 'PUT',
  path: '/dialog/{user_id}/read',
  authenticated: true,
  input,
  toCommand: ({ path, body }, caller) => ({ caller, other: path.user_id, upTo: body.up_to }),
  toReply: () => ({}),
  faults: [
    'malformed_json',
    'bad_field',
    'bad_id',
    'body_too_large',
    'not_json',
    'database_unavailable',
    'overloaded',
    'write_in_doubt',
    'clock_out_of_bounds',
  ],
}
