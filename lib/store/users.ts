/** The table `users`: who is this, and does this password belong to them? */
import type { Profile } from '../model/account.ts'
import type { Statements } from './bound.ts'
import type { Execute, Statement } from './scylla/statement.ts'

const INSERT: Statement = {
  kind: 'write',
  isTransaction: true,
  cql: `INSERT INTO users
          (user_id, first_name, second_name, birthdate, biography, city, password_hash, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) IF NOT EXISTS`,
}

const SELECT_PROFILE: Statement = {
  kind: 'read',
  cql: 'SELECT first_name, second_name, birthdate, biography, city FROM users WHERE user_id = ?',
}

const SELECT_HASH: Statement = {
  kind: 'read',
  isTransaction: true,
  cql: 'SELECT password_hash FROM users WHERE user_id = ?',
}

const REPLACE_HASH: Statement = {
  kind: 'write',
  isTransaction: true,
  cql: 'UPDATE users SET password_hash = ? WHERE user_id = ? IF password_hash = ?',
}

type Table = Statements<Execute, 'createUser' | 'readProfile' | 'readPasswordHash' | 'replacePasswordHash'>

export const usersTable: Table = {
  createUser: async (execute, user, { profile, passwordHash, createdAtMs }) => {
    const { firstName, secondName, birthdate, biography, city } = profile
    // What is undefined stays unset.
    const told = [firstName, secondName, birthdate, biography, city]
    const { wasApplied } = await execute(INSERT, [user, ...told, passwordHash, new Date(createdAtMs)])
    return wasApplied
  },
  readProfile: async (execute, user) => {
    const { rows } = await execute(SELECT_PROFILE, [user])
    return rows[0] && profileOf(rows[0])
  },
  readPasswordHash: async (execute, user) => {
    const { rows } = await execute(SELECT_HASH, [user])
    return rows[0]?.['password_hash'] as string | undefined
  },
  replacePasswordHash: async (execute, user, old, next) => {
    const { wasApplied } = await execute(REPLACE_HASH, [next, user, old])
    return wasApplied
  },
}

const COLUMNS: [keyof Profile, string][] = [
  ['firstName', 'first_name'],
  ['secondName', 'second_name'],
  ['birthdate', 'birthdate'],
  ['biography', 'biography'],
  ['city', 'city'],
]

/** Of a row of any engine. */
export const profileOf = (row: Record<string, unknown>): Profile =>
  Object.fromEntries(
    COLUMNS.filter(([, column]) => row[column] !== null).map(([name, column]) => [name, row[column]]),
  )
