/** The table `sessions` of the embedded store, where no row expires by itself: each has its expiry time. */
import type { DatabaseSync } from 'node:sqlite'
import type { Session, SessionId } from '../../model/session.ts'
import type { Statements } from '../bound.ts'
import { secondsLeft } from '../sessions.ts'
import type { Run } from './statement.ts'

const CREATE = `CREATE TABLE IF NOT EXISTS sessions (
  user_id TEXT, session_id TEXT, generation INTEGER, previous INTEGER, rotated_at INTEGER, expires_at INTEGER,
  PRIMARY KEY (user_id, session_id)
) STRICT, WITHOUT ROWID`

/** An expired session counts as none. */
const INSERT = `INSERT INTO sessions (user_id, session_id, generation, previous, rotated_at, expires_at)
  VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET generation = excluded.generation, previous = excluded.previous,
    rotated_at = excluded.rotated_at, expires_at = excluded.expires_at
  WHERE sessions.expires_at <= ?`

const ROTATE = `UPDATE sessions SET generation = ?, previous = ?, rotated_at = ?, expires_at = ?
  WHERE user_id = ? AND session_id = ? AND generation = ? AND expires_at > ?`

const DELETE = 'DELETE FROM sessions WHERE user_id = ? AND session_id = ?'

const SELECT = `SELECT session_id, generation, previous, rotated_at FROM sessions
  WHERE user_id = ? AND session_id = ? AND expires_at > ?`

const SELECT_NEWEST = `SELECT session_id, generation, previous, rotated_at FROM sessions
  WHERE user_id = ? AND expires_at > ? ORDER BY session_id DESC LIMIT ?`

type Table = Statements<
  Run,
  'insertSession' | 'readSession' | 'readSessions' | 'rotateSession' | 'endSession'
>

/** @param now in unix milliseconds */
export const sessionsTable = (database: DatabaseSync, now: () => number): Table => {
  database.exec(CREATE)
  const insert = database.prepare(INSERT)
  const rotate = database.prepare(ROTATE)
  const remove = database.prepare(DELETE)
  const select = database.prepare(SELECT)
  const selectNewest = database.prepare(SELECT_NEWEST)
  const cells = (session: Session, endsMs: number) => {
    const { generation, previous = null, rotatedAtMs } = session
    return [generation, previous, rotatedAtMs, now() + secondsLeft(session, endsMs) * 1000]
  }
  return {
    insertSession: (run, user, id, first, endsMs) =>
      run('write', () => insert.run(user, id, ...cells(first, endsMs), now()).changes === 1),
    rotateSession: (run, user, id, generation, next, endsMs) =>
      run('write', () => rotate.run(...cells(next, endsMs), user, id, generation, now()).changes === 1),
    endSession: (run, user, id) => run('write', () => void remove.run(user, id)),
    readSession: (run, user, id) =>
      run('read', () => {
        const row = select.get(user, id, now())
        return row && sessionOf(row)
      }),
    readSessions: (run, user, limit) =>
      run('read', () =>
        selectNewest
          .all(user, now(), limit)
          .map((row) => ({ id: row['session_id'] as SessionId, ...sessionOf(row) })),
      ),
  }
}

const sessionOf = ({ generation, previous, rotated_at }: Record<string, unknown>): Session => ({
  generation: generation as number,
  ...(previous !== null && { previous: previous as number }),
  rotatedAtMs: rotated_at as number,
})
