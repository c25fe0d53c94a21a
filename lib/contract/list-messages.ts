/** GET /dialog/{user_id}/list */
import * as z from 'zod'
import type { MessageId, UserId } from '../dialog/ids.ts'
import type { Message } from '../dialog/message.ts'
import type { Contract } from './contract.ts'
import { flaw, messageId, messageReply, showMessage, userId, wholeNumber } from './fields.ts'

const DEFAULT_LIMIT = 50

const query = z
  .object({
    limit: wholeNumber(1, 200, `At most so many messages; ${DEFAULT_LIMIT} if absent`).optional(),
    before: messageId.meta({ description: 'Only messages older than this one' }).optional(),
    offset: wholeNumber(
      0,
      1_000,
      'Skip so many of the newest; for older clients, prefer `before`',
    ).optional(),
  })
  .refine(
    ({ before, offset }) => before === undefined || offset === undefined,
    flaw('two_cursors', 'before and offset exclude each other'),
  )

const input = z.object({ path: z.object({ user_id: userId }), query })

type Page = { messages: Message[]; older?: MessageId; limit: number }
type Command = { caller: UserId; other: UserId; limit: number; before?: MessageId; offset: number }

export const listMessagesContract: Contract<z.infer<typeof input>, UserId, Command, Page> = {
  operation: 'listMessages',
  summary: 'List the messages of the dialog with a user, newest first',
  method: 'GET',
  path: '/dialog/{user_id}/list',
  authenticated: true,
  input,
  toCommand: ({ path, query: { limit = DEFAULT_LIMIT, before, offset = 0 } }, caller) => ({
    caller,
    other: path.user_id,
    limit,
    offset,
    ...(before && { before }),
  }),
  toReply: ({ messages, older, limit }) => ({
    body: messages.map(showMessage),
    ...(older && { headers: { link: `<?before=${older}&limit=${limit}>; rel="next"` } }),
  }),
  reply: z.array(messageReply),
  replyHeaders: {
    Link: {
      description: 'RFC 8288; `rel="next"` leads to older messages and is absent at the oldest',
      schema: { type: 'string' },
    },
  },
  faults: [
    'bad_id',
    'bad_cursor',
    'two_cursors',
    'out_of_range',
    'repeated_parameter',
    'database_unavailable',
  ],
}
