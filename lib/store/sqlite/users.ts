/** The table `users` of the embedded store. */
import type { DatabaseSync } from 'node:sqlite'
import type { Statements } from '../bound.ts'
import { profileOf } from '../users.ts'
import type { Run } from './statement.ts'

const CREATE = `CREATE TABLE IF NOT EXISTS users (
  user_id TEXT PRIMARY KEY, first_name TEXT, second_name TEXT, birthdate TEXT, biography TEXT, city TEXT,
  password_hash TEXT, created_at INTEGER
) STRICT, WITHOUT ROWID`

const INSERT = `INSERT INTO users
    (user_id, first_name, second_name, birthdate, biography, city, password_hash, created_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`

const SELECT_PROFILE =
  'SELECT first_name, second_name, birthdate, biography, city FROM users WHERE user_id = ?'

const SELECT_HASH = 'SELECT password_hash FROM users WHERE user_id = ?'

const REPLACE_HASH = 'UPDATE users SET password_hash = ? WHERE user_id = ? AND password_hash = ?'

type Table = Statements<Run, 'createUser' | 'readProfile' | 'readPasswordHash' | 'replacePasswordHash'>

export const usersTable = (database: DatabaseSync): Table => {
  database.exec(CREATE)
  const insert = database.prepare(INSERT)
  const selectProfile = database.prepare(SELECT_PROFILE)
  const selectHash = database.prepare(SELECT_HASH)
  const replaceHash = database.prepare(REPLACE_HASH)
  return {
    createUser: (run, user, { profile, passwordHash, createdAtMs }) =>
      run('write', () => {
        const { firstName, secondName, birthdate, biography, city } = profile
        const told = [firstName, secondName, birthdate, biography, city].map((one) => one ?? null)
        return insert.run(user, ...told, passwordHash, createdAtMs).changes === 1
      }),
    readProfile: (run, user) =>
      run('read', () => {
        const row = selectProfile.get(user)
        return row && profileOf(row)
      }),
    readPasswordHash: (run, user) =>
      run('read', () => selectHash.get(user)?.['password_hash'] as string | undefined),
    replacePasswordHash: (run, user, old, next) =>
      run('write', () => replaceHash.run(next, user, old).changes === 1),
  }
}
