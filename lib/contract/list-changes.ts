/** GET /changes */
import * as z from 'zod'
import { isoTime } from '../iso-time.ts'
import type { UserId } from '../model/ids.ts'
import type { ChangedPage, ListChanged } from '../model/operations.ts'
import type { Contract } from './contract.ts'
import { opaqueCursor, showCursor } from './cursor.ts'
import { wholeNumber } from './fields.ts'
import { placeInLanes } from './inbox-cursor.ts'
import { moment } from './moment.ts'

const DEFAULT_LIMIT = 100
const MOST = 500
/** A user id has up to 512 bytes, and is kept as a row, as a string and in the reply. */
const PERSON_BYTES = 2_000

const query = z.object({
  since: moment
    .meta({
      description:
        'The `now` of a `pong`, or the time at which an earlier walk began, by the clock of the service; without it, everybody',
    })
    .optional(),
  limit: wholeNumber(1, MOST, `The maximum number of people; ${DEFAULT_LIMIT} by default`).optional(),
  cursor: opaqueCursor(placeInLanes).optional(),
})
const input = z.object({ query })

type Page = ChangedPage & Pick<ListChanged, 'sinceMs' | 'limit'>

export const listChangesContract: Contract<z.infer<typeof input>, UserId, ListChanged, Page> = {
  operation: 'listChanges',
  summary:
    'List the people with whom something may have been said since a time: what a client catches up with',
  method: 'GET',
  path: '/changes',
  authenticated: true,
  input,
  toCommand: ({ query: { since: sinceMs, limit = DEFAULT_LIMIT, cursor } }, caller) => ({
    caller,
    limit,
    sinceMs,
    cursor,
  }),
  toReply: ({ people, next, sinceMs, limit }) => ({
    body: people.map((person) => ({ with: person })),
    ...(next && {
      headers: { link: `<?${queryOf(sinceMs, limit)}&cursor=${showCursor(next)}>; rel="next"` },
    }),
  }),
  replyBytes: ({ limit }) => limit * PERSON_BYTES,
  reply: z.array(z.object({ with: z.string() })).meta({
    description:
      'In no particular order, and some on several pages. Whoever has been written to, or has written, since then is among them, and some others may be',
  }),
  replyHeaders: {
    Link: {
      description:
        'RFC 8288. `rel="next"` leads to more people. Only a page without it is the last: a page may be shorter than `limit`, even empty, and have another one behind it',
      schema: { type: 'string' },
    },
  },
  faults: [
    'bad_cursor',
    'bad_time',
    'out_of_range',
    'repeated_parameter',
    'database_unavailable',
    'overloaded',
  ],
}

const queryOf = (sinceMs: number | undefined, limit: number) =>
  sinceMs === undefined ? `limit=${limit}` : `since=${isoTime(sinceMs)}&limit=${limit}`
