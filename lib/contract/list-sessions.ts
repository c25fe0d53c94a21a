/** GET /sessions */
import * as z from 'zod'
import { isoTime } from '../iso-time.ts'
import type { UserId } from '../model/ids.ts'
import type { ListSessions, SessionSummary } from '../model/operations.ts'
import type { Contract } from './contract.ts'

const input = z.object({})

const time = z.iso.datetime({ precision: 3 })

export const listSessionsContract: Contract<object, UserId, ListSessions, SessionSummary[]> = {
  operation: 'listSessions',
  summary: "The caller's sign-ins that are still good, newest first, up to 100",
  method: 'GET',
  path: '/sessions',
  authenticated: true,
  ofAccounts: true,
  input,
  toCommand: (_, caller, token) => ({ caller, token }),
  toReply: (sessions) => ({
    body: sessions.map(({ id, beganMs, refreshedMs, isCurrent }) => ({
      id,
      began_at: isoTime(beganMs),
      refreshed_at: isoTime(refreshedMs),
      current: isCurrent,
    })),
  }),
  reply: z.array(
    z
      .object({
        id: z.uuid().meta({ description: 'To be ended by POST /revoke' }),
        began_at: time,
        refreshed_at: time.meta({ description: 'When its refresh token was last replaced' }),
        current: z.boolean().meta({ description: 'Whether the token of this request belongs to it' }),
      })
      .meta({ id: 'Session' }),
  ),
  faults: ['database_unavailable', 'overloaded'],
}
