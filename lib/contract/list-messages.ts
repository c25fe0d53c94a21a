/** GET /dialog/{user_id}/list */
import * as z from 'zod'
import { lowestIdAt, type UserId } from '../model/ids.ts'
import type { HistoryPage, ListMessages } from '../model/operations.ts'
import type { Contract } from './contract.ts'
import { issue, MESSAGE_BYTES, messageId, messageReply, showMessage, userId, wholeNumber } from './fields.ts'
import { moment } from './moment.ts'

const DEFAULT_LIMIT = 50

const query = z
  .object({
    limit: wholeNumber(1, 200, `The maximum number of messages; ${DEFAULT_LIMIT} by default`).optional(),
    before: messageId.meta({ description: 'Only messages older than this one' }).optional(),
    after: messageId
      .meta({ description: 'Only messages newer than this one: those closest to it' })
      .optional(),
    around: messageId
      .meta({
        description:
          'A page centred on this message: half of `limit`, rounded down, is for newer messages, the rest for the message itself, if it exists, and for older ones. Places that newer messages leave empty go to older ones',
      })
      .optional(),
    at: moment
      .meta({
        description:
          'Like `around`, but centred on a time (RFC 3339, such as `2026-11-21T09:30:29Z`; truncated to milliseconds), which counts as older than the messages sent in the same millisecond; a time before 1970 means 1970',
      })
      .optional(),
    settled: messageId
      .meta({ description: 'Taken from the link to newer messages; only valid with `after`' })
      .optional(),
    offset: wholeNumber(
      0,
      1_000,
      'Skip this many of the newest messages; kept for older clients: prefer `before`',
    ).optional(),
  })
  .refine(
    ({ before, after, around, at, offset }) =>
      [before, after, around, at, offset].filter((cursor) => cursor !== undefined).length <= 1,
    issue('two_cursors', 'before, after, around, at and offset are mutually exclusive'),
  )

  .refine(({ after, settled }) => settled === undefined || after !== undefined, {
    path: ['settled'],
    error: 'is only valid with after',
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
        'RFC 8288. `rel="next"` leads to older messages and is absent on the page that reaches the oldest. `rel="prev"` leads to newer ones: a client that keeps following it, and drops ids it already knows, misses nothing',
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
