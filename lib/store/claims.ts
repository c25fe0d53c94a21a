/** The table `send_claims`: has this sender used this key, and for what? */
import { Fault } from '../errors.ts'
import type { MessageId } from '../model/ids.ts'
import { parseBucket } from '../timeline/bucket.ts'
import type { Statements } from './bound.ts'
import type { Execute, Statement } from './scylla/statement.ts'
import type { Claim } from './store.ts'

/** Claims expire by the table's default time-to-live. */
const INSERT: Statement = {
  kind: 'write',
  isTransaction: true,
  cql: `INSERT INTO send_claims (sender_id, idempotency_key, fingerprint, message_id, bucket)
        VALUES (?, ?, ?, ?, ?) IF NOT EXISTS`,
}

const SELECT: Statement = {
  kind: 'read',
  isTransaction: true,
  cql: `SELECT fingerprint, message_id, bucket FROM send_claims
        WHERE sender_id = ? AND idempotency_key = ?`,
}

export const claimsTable: Statements<Execute, 'claimSend' | 'readClaim'> = {
  claimSend: async (execute, sender, key, { fingerprint, id, bucket }) => {
    // The engines return different columns in addition to this one.
    const { wasApplied } = await execute(INSERT, [sender, key, fingerprint, id, bucket])
    return wasApplied
  },
  readClaim: async (execute, sender, key) => {
    const { rows } = await execute(SELECT, [sender, key])
    return rows[0] && claimOf(rows[0])
  },
}

/** As in the index: a message written to an invalid partition would be hidden. */
const claimOf = (row: Record<string, unknown>): Claim => {
  const bucket = parseBucket(Number(row['bucket']))
  if (bucket === undefined)
    throw new Fault('database_unavailable', `not the number of a partition: ${row['bucket']}`)
  return { fingerprint: row['fingerprint'] as Buffer, id: String(row['message_id']) as MessageId, bucket }
}
