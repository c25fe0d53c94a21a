/** GET /dialogs */
import * as z from 'zod'
import type { UserId } from '../model/ids.ts'
import type { DialogsPage, ListDialogs } from '../model/operations.ts'
import type { Contract } from './contract.ts'
import { showCursor } from './cursor.ts'
import { DIALOG_BYTES, dialogReply, showDialog } from './dialog.ts'
import { wholeNumber } from './fields.ts'
import { inboxCursor } from './inbox-cursor.ts'

const DEFAULT_LIMIT = 20
/** What a page reads of the inbox itself: some 2,000 rows, of which a user id has up to 512 bytes. */
const INBOX_BYTES = 2_000 * 600

const query = z.object({
  limit: wholeNumber(1, 100, `The maximum number of dialogs; ${DEFAULT_LIMIT} by default`).optional(),
  cursor: inboxCursor.optional(),
})
const input = z.object({ query })

type Page = DialogsPage & { limit: number }

export const listDialogsContract: Contract<z.infer<typeof input>, UserId, ListDialogs, Page> = {
  operation: 'listDialogs',
  summary: "List the caller's dialogs, by last activity, newest first",
  method: 'GET',
  path: '/dialogs',
  authenticated: true,
  input,
  toCommand: ({ query: { limit = DEFAULT_LIMIT, cursor } }, caller) => ({
    caller,
    limit,
    ...(cursor && { cursor }),
  }),
  toReply: ({ dialogs, next, limit }) => ({
    body: dialogs.map(showDialog),
    ...(next && { headers: { link: `<?cursor=${showCursor(next)}&limit=${limit}>; rel="next"` } }),
  }),
  replyBytes: ({ limit }) => INBOX_BYTES + limit * DIALOG_BYTES,
  reply: z.array(dialogReply).meta({
    description:
      'A dialog stands where its newest message puts it, give or take some 12 seconds; dialogs that were all first written to within seconds of each other, by thousands of people, may be listed in any order',
  }),
  replyHeaders: {
    Link: {
      description:
        'RFC 8288. `rel="next"` leads to less recently active dialogs. Only a page without it is the last: a page may be shorter than `limit`, even empty, and have another one behind it. A dialog that is written to during a walk may be missing from it, and is in one that begins afterwards',
      schema: { type: 'string' },
    },
  },
  faults: ['bad_cursor', 'out_of_range', 'repeated_parameter', 'database_unavailable', 'overloaded'],
}
