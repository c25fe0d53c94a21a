/** The table `sign_in_failures`: how often in a row has this failed, and when last? */
import type { Statements } from './bound.ts'
import type { Execute, Statement } from './scylla/statement.ts'
import type { Failures } from './store.ts'

/** Of partitions of their own, which no serial read may do. */
const SELECT: Statement = {
  kind: 'read',
  cql: 'SELECT subject, failures, at FROM sign_in_failures WHERE subject IN (?, ?, ?)',
}

/**
 * The first time, too, when the condition is that there are none (null). An INSERT would leave the marker of the row, which
 * may outlive its columns: IF NOT EXISTS would then fail, although there is nothing to be read.
 */
const UPDATE: Statement = {
  kind: 'write',
  isTransaction: true,
  cql: 'UPDATE sign_in_failures USING TTL ? SET failures = ?, at = ? WHERE subject = ? IF failures = ?',
}

export const signInFailuresTable: Statements<Execute, 'readFailures' | 'setFailures'> = {
  readFailures: async (execute, [first, second = first, third = second]) => {
    const { rows } = await execute(SELECT, [first, second, third])
    return rows.map(failuresOf)
  },
  setFailures: async (execute, subject, was, { failures, atMs }, seconds) => {
    const next = [seconds, failures, new Date(atMs)]
    const { wasApplied } = await execute(UPDATE, [...next, subject, was ?? null])
    return wasApplied
  },
}

const failuresOf = (row: Record<string, unknown>): Failures & { subject: string } => ({
  subject: row['subject'] as string,
  failures: row['failures'] as number,
  atMs: (row['at'] as Date).getTime(),
})
