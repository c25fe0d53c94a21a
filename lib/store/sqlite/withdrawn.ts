/** The table `withdrawn` of the embedded store, where no row expires by itself: each has its expiry time. */
import type { DatabaseSync } from 'node:sqlite'
import type { Statements } from '../bound.ts'
import type { Withdrawal } from '../store.ts'
import type { Run } from './statement.ts'

const CREATE = `CREATE TABLE IF NOT EXISTS withdrawn (
  user_id TEXT, what TEXT, at INTEGER, expires_at INTEGER, PRIMARY KEY (user_id, what)
) STRICT, WITHOUT ROWID`

const INSERT = `INSERT INTO withdrawn (user_id, what, at, expires_at) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET at = excluded.at, expires_at = excluded.expires_at WHERE excluded.at >= withdrawn.at`

const SELECT = 'SELECT what, at FROM withdrawn WHERE user_id = ? AND what IN (?, ?, ?) AND expires_at > ?'

/** @param now in unix milliseconds */
export const withdrawnTable = (
  database: DatabaseSync,
  now: () => number,
): Statements<Run, 'withdraw' | 'withdrawals'> => {
  database.exec(CREATE)
  const insert = database.prepare(INSERT)
  const select = database.prepare(SELECT)
  return {
    withdraw: (run, user, { what, atMs }, seconds) =>
      run('write', () => void insert.run(user, what, atMs, now() + seconds * 1000)),
    withdrawals: (run, user, [first, second = first, third = second]) =>
      run('read', () => select.all(user, first, second, third, now()).map(withdrawalOf)),
  }
}

const withdrawalOf = ({ what, at }: Record<string, unknown>): Withdrawal => ({
  what: what as Withdrawal['what'],
  atMs: at as number,
})
