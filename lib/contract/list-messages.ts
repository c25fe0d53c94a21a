/** GET /dialog/{user_id}/list */
import * as z from 'zod'
import { lowestIdAt, type UserId } from '../model/ids.ts'
import type { HistoryPage, ListMessages } from '../model/operations.ts'
import type { Contract } from './contract.ts'
import { issue, messageId, messageReply, showMessage, userId, wholeNumber } from './fields.ts'
import { moment } from './moment.ts'

const DEFAULT_LIMIT = 50
/**
 * A text has up to 4,096 characters of four bytes: as the database sends it, as a string, in the reply, and once more
 * for what lanes read beyond a page.
 */
const MESSAGE_BYTES = 4 * 4 * 4_096

const query = z
  .object({
    limit: wholeNumber(1, 200, `At most so many messages; ${DEFAULT_LIMIT} if absent`).optional(),
    before: messageId.meta({ description: 'Only messages older than this one' }).optional(),
    after: messageId.meta({ description: 'Only messages newer than this one, the nearest to it' }).optional(),
    around: messageId
      .meta({
        description:
          'The page that this message is in the middle of: half of `limit`, rounded down, for newer ones, the rest for it, if it exists, and for older ones, which also get the places that newer ones leave',
      })
      .optional(),
    at: moment
      .meta({
        description:
          'As `around` a message of this very time (RFC 3339, such as `2026-11-21T09:30:29Z`; cut to milliseconds), which counts as older than those sent in the same millisecond; before 1970 means 1970',
      })
      .optional(),
    settled: messageId
      .meta({ description: 'As the link to newer messages says; goes with `after`' })
      .optional(),
    offset: wholeNumber(
      0,
      1_000,
      'Skip so many of the newest; for older clients, prefer `before`',
    ).optional(),
  })
  .refine(
    ({ before, after, around, at, offset }) =>
      [before, after, around, at, offset].filter((cursor) => cursor !== undefined).length <= 1,
    issue('two_cursors', 'before, after, around, at and offset exclude each other'),
  )

  .refine(({ after, settled }) => settled === undefined || after !== undefined, {
    path: ['settled'],
    error: 'goes with after',
  })

const input = z.object({ path: z.object({ user_id: userId }), query })

export const listMessagesContract: Contract<z.infer<typeof input>, UserId, ListMessages, HistoryPage> = {
  operation: 'listMessages',
  summary: 'List the messages of the dialog with a user, newest first',
  method: 'GET',
  path: '/dialog/{user_id}/list',
  authenticated: true,
  input,
  toCommand: ({ path, query: { limit = DEFAULT_LIMIT, offset = 0, ...cursors } }, caller) => {
    const { before, after, at, around = at === undefined ? at : lowestIdAt(at), settled } = cursors
    return {
      caller,
      other: path.user_id,
      limit,
      offset,
      ...(before && { before }),
      ...(after && { after }),
      ...(around && { around }),
      ...(settled && { settled }),
    }
  },
  toReply: ({ messages, older, newer: { after, settled }, limit }) => ({
    body: messages.map(showMessage),
    headers: {
      link: [
        ...(older ? [`<?before=${older}&limit=${limit}>; rel="next"`] : []),
        `<?after=${after}${settled ? `&settled=${settled}` : ''}&limit=${limit}>; rel="prev"`,
      ].join(', '),
    },
  }),
  replyBytes: ({ limit }) => (limit + 1) * MESSAGE_BYTES,
  reply: z.array(messageReply),
  replyHeaders: {
    Link: {
      description:
        'RFC 8288; `rel="next"` leads to older messages and is absent at the oldest. `rel="prev"` leads to newer ones: who follows it again and again, and drops ids already known, misses nothing',
      schema: { type: 'string' },
    },
  },
  faults: [
    'bad_field',
    'bad_id',
    'bad_cursor',
    'bad_time',
    'two_cursors',
    'out_of_range',
    'repeated_parameter',
    'database_unavailable',
    'overloaded',
  ],
}
