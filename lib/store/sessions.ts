/** The table `sessions`: which sessions does this person have, and which refresh tokens of each are good? */
import type { Session, SessionId } from '../model/session.ts'
import type { Statements } from './bound.ts'
import type { Execute, Statement } from './scylla/statement.ts'
import type { PagingState } from './store.ts'

const INSERT: Statement = {
  kind: 'write',
  isTransaction: true,
  cql: `INSERT INTO sessions (user_id, session_id, generation, previous, rotated_at)
        VALUES (?, ?, ?, ?, ?) IF NOT EXISTS USING TTL ?`,
}

/** Every column, since each has a time-to-live of its own. */
const ROTATE: Statement = {
  kind: 'write',
  isTransaction: true,
  cql: `UPDATE sessions USING TTL ? SET generation = ?, previous = ?, rotated_at = ?
        WHERE user_id = ? AND session_id = ? IF generation = ?`,
}

const DELETE: Statement = {
  kind: 'write',
  isTransaction: true,
  cql: 'DELETE FROM sessions WHERE user_id = ? AND session_id = ? IF EXISTS',
}

const SELECT: Statement = {
  kind: 'read',
  isTransaction: true,
  cql: `SELECT session_id, generation, previous, rotated_at FROM sessions
        WHERE user_id = ? AND session_id = ?`,
}

const SELECT_NEWEST: Statement = {
  kind: 'read',
  isTransaction: true,
  cql: `SELECT session_id, generation, previous, rotated_at FROM sessions
        WHERE user_id = ? LIMIT ?`,
}

type Table = Statements<
  Execute,
  'insertSession' | 'readSession' | 'readSessions' | 'rotateSession' | 'endSession'
>
type Found = Session & { id: SessionId }

export const sessionsTable: Table = {
  insertSession: async (execute, user, id, first, endsMs) => {
    const { generation, previous, rotatedAtMs } = first
    // Unset if undefined: there is no earlier value to remove.
    const row = [user, id, generation, previous, new Date(rotatedAtMs)]
    const { wasApplied } = await execute(INSERT, [...row, secondsLeft(first, endsMs)])
    return wasApplied
  },
  readSession: async (execute, user, session) => {
    const { rows } = await execute(SELECT, [user, session])
    const [found] = rows.flatMap(sessionsIn)
    if (!found) return undefined
    const { id: _, ...row } = found
    return row
  },
  readSessions: async (execute, user, limit) => {
    const found: Found[] = []
    let from: PagingState | undefined
    do {
      const page = await execute(SELECT_NEWEST, [user, limit], { size: limit, from })
      found.push(...page.rows.flatMap(sessionsIn))
      from = page.next
    } while (from)
    return found
  },
  rotateSession: async (execute, user, session, generation, next, endsMs) => {
    const row = [next.generation, next.previous ?? null, new Date(next.rotatedAtMs)]
    const key = [user, session]
    const { wasApplied } = await execute(ROTATE, [secondsLeft(next, endsMs), ...row, ...key, generation])
    return wasApplied
  },
  endSession: async (execute, user, session) => {
    await execute(DELETE, [user, session])
  },
}

/** The engines count whole seconds, and a row may expire almost one early: so one more. Never 0, which would mean no end. */
export const secondsLeft = ({ rotatedAtMs }: Session, endsMs: number): number =>
  Math.max(0, Math.ceil((endsMs - rotatedAtMs) / 1000)) + 1

/** None: the columns have expired, but the row itself has not yet. */
const sessionsIn = (row: Record<string, unknown>): Found[] => {
  const { session_id, generation, previous, rotated_at } = row
  if (generation === null) return []
  return [
    {
      id: String(session_id) as SessionId,
      generation: generation as number,
      ...(previous !== null && { previous: previous as number }),
      rotatedAtMs: (rotated_at as Date).getTime(),
    },
  ]
}
