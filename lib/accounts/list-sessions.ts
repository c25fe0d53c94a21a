/** GET /sessions: where a person is signed in. */
import type { Context } from '../context.ts'
import type { ListSessions, SessionSummary } from '../model/operations.ts'
import { beginOfSession } from '../model/session.ts'
import { accountsOf } from './accounts.ts'
import { markOf } from './mark.ts'

const MOST = 100

/** @throws Fault `database_unavailable` */
export const listSessions = async (
  { caller, token }: ListSessions,
  ctx: Context,
): Promise<SessionSummary[]> => {
  accountsOf(ctx)
  const [sessions, markMs] = await Promise.all([ctx.store.readSessions(caller, MOST), markOf(caller, ctx)])
  return sessions
    .map(({ id, rotatedAtMs }) => ({
      id,
      beganMs: beginOfSession(id),
      refreshedMs: rotatedAtMs,
      isCurrent: token?.names.includes(`sid:${id}`) ?? false,
    }))
    .filter(({ beganMs }) => beganMs > markMs)
}
