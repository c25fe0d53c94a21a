/** The frames `ping` and `auth`, and the answer to both. */
import * as z from 'zod'
import { isoTime } from '../iso-time.ts'
import type { Ping, Pong, RenewToken } from '../model/operations.ts'
import type { FrameContract } from './contract.ts'
import { ref } from './frames.ts'
import { moment } from './moment.ts'

const since = moment.optional().meta({
  description:
    'The `now` of an earlier answer, up to which nothing is missing; left out by a client that knows nothing yet',
})

const pongFrame = z
  .object({
    type: z.literal('pong'),
    ref: ref.optional(),
    now: z.iso.datetime({ precision: 3 }).meta({
      description:
        'Becomes the `since` of later pings once a catch-up that began after this answer has ended',
    }),
    behind: z.boolean().meta({ description: 'Something may have been missed: catch up from GET /changes' }),
    expires_at: z.iso
      .datetime({ precision: 3 })
      .meta({ description: 'Of the token, or of the connection: send `auth` before that' }),
    ping_seconds: z
      .int()
      .meta({ description: 'How long to wait before the next ping', override: { type: 'integer' } }),
    reconnect_ms: z.int().meta({
      description: 'How long to wait before connecting again, should this connection break',
      override: { type: 'integer' },
    }),
  })
  .meta({ id: 'PongFrame', description: 'From this frame on, the connection is told what is new' })

const toReply = ({ nowMs, isBehind, expiresMs, pingSeconds, reconnectMs }: Pong) => ({
  body: {
    type: 'pong',
    now: isoTime(nowMs),
    behind: isBehind,
    expires_at: isoTime(expiresMs),
    ping_seconds: pingSeconds,
    reconnect_ms: reconnectMs,
  },
})

const faults = [
  'bad_field',
  'bad_time',
  'database_unavailable',
  'overloaded',
  'write_in_doubt',
  'clock_out_of_bounds',
] as const

const pingInput = z.object({ since })

export const pingContract: FrameContract<z.infer<typeof pingInput>, Ping, Pong> = {
  operation: 'ping',
  summary: 'Be told what is new from now on, and whether something may have been missed',
  action: 'ping',
  authenticated: true,
  input: pingInput,
  toCommand: ({ since: sinceMs }, _caller, _token, connection) => ({ connection, sinceMs }),
  toReply,
  reply: pongFrame,
  faults: [...faults],
}

const authInput = z.object({
  token: z
    .string()
    .min(1)
    .max(8_192)
    .meta({ description: 'Of the same person, in place of the one with which the connection was opened' }),
  since,
})

export const authContract: FrameContract<z.infer<typeof authInput>, RenewToken, Pong> = {
  operation: 'renewToken',
  summary: 'Replace the token of this connection with a new one of the same person',
  action: 'auth',
  authenticated: true,
  input: authInput,
  toCommand: ({ token, since: sinceMs }, _caller, _token, connection) => ({ connection, sinceMs, token }),
  toReply,
  reply: pongFrame,
  faults: [...faults, 'keys_unavailable'],
}
