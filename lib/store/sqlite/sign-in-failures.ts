/** The table `sign_in_failures` of the embedded store, where no row expires by itself: each has its expiry time. */
import type { DatabaseSync } from 'node:sqlite'
import type { Statements } from '../bound.ts'
import type { Failures } from '../store.ts'
import type { Run } from './statement.ts'

const CREATE = `CREATE TABLE IF NOT EXISTS sign_in_failures (
  subject TEXT PRIMARY KEY, failures INTEGER, at INTEGER, expires_at INTEGER
) STRICT, WITHOUT ROWID`

const SELECT = `SELECT subject, failures, at FROM sign_in_failures
  WHERE subject IN (?, ?, ?) AND expires_at > ?`

/** An expired row counts as none. */
const INSERT = `INSERT INTO sign_in_failures (subject, failures, at, expires_at) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET failures = excluded.failures, at = excluded.at, expires_at = excluded.expires_at
  WHERE sign_in_failures.expires_at <= ?`

const UPDATE = `UPDATE sign_in_failures SET failures = ?, at = ?, expires_at = ?
  WHERE subject = ? AND failures = ? AND expires_at > ?`

/** @param now in unix milliseconds */
export const signInFailuresTable = (
  database: DatabaseSync,
  now: () => number,
): Statements<Run, 'readFailures' | 'setFailures'> => {
  database.exec(CREATE)
  const select = database.prepare(SELECT)
  const insert = database.prepare(INSERT)
  const update = database.prepare(UPDATE)
  return {
    readFailures: (run, [first, second = first, third = second]) =>
      run('read', () => select.all(first, second, third, now()).map(failuresOf)),
    setFailures: (run, subject, was, { failures, atMs }, seconds) =>
      run('write', () => {
        const time = now()
        const next = [failures, atMs, time + seconds * 1000]
        const { changes } =
          was === undefined ? insert.run(subject, ...next, time) : update.run(...next, subject, was, time)
        return changes === 1
      }),
  }
}

const failuresOf = ({ subject, failures, at }: Record<string, unknown>): Failures & { subject: string } => ({
  subject: subject as string,
  failures: failures as number,
  atMs: at as number,
})
