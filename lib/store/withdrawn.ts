/** The table `withdrawn`: which tokens of this person are withdrawn? */
import type { Statements } from './bound.ts'
import type { Execute, Statement } from './scylla/statement.ts'
import type { Withdrawal } from './store.ts'

/** In every data centre, since a token is refused in each; the latest moment wins, whatever the order of the writes. */
const INSERT: Statement = {
  kind: 'write',
  everyDataCentre: true,
  cql: 'INSERT INTO withdrawn (user_id, what, at) VALUES (?, ?, ?) USING TIMESTAMP ? AND TTL ?',
}

/** A token has three names at most, that of all tokens included. */
const SELECT: Statement = {
  kind: 'read',
  cql: 'SELECT what, at FROM withdrawn WHERE user_id = ? AND what IN (?, ?, ?)',
}

export const withdrawnTable: Statements<Execute, 'withdraw' | 'withdrawals'> = {
  withdraw: async (execute, user, { what, atMs }, seconds) => {
    await execute(INSERT, [user, what, new Date(atMs), atMs * 1000, seconds])
  },
  withdrawals: async (execute, user, [first, second = first, third = second]) => {
    const { rows } = await execute(SELECT, [user, first, second, third])
    return rows.map(withdrawalOf)
  },
}

const withdrawalOf = (row: Record<string, unknown>): Withdrawal => ({
  what: row['what'] as Withdrawal['what'],
  atMs: (row['at'] as Date).getTime(),
})
