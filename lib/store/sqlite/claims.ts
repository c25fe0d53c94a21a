/** The table `send_claims` of the embedded store, where no row expires by itself: each has its expiry time. */
import type { DatabaseSync } from 'node:sqlite'
import type { MessageId } from '../../model/ids.ts'
import type { Bucket } from '../../timeline/bucket.ts'
import type { Statements } from '../bound.ts'
import type { Claim } from '../store.ts'
import type { Run } from './statement.ts'

const CREATE = `CREATE TABLE IF NOT EXISTS send_claims (
  sender_id TEXT, idempotency_key TEXT, fingerprint BLOB, message_id TEXT, bucket INTEGER, expires_at INTEGER,
  PRIMARY KEY (sender_id, idempotency_key)
) STRICT, WITHOUT ROWID`

/** An expired claim counts as none. */
const INSERT = `INSERT INTO send_claims (sender_id, idempotency_key, fingerprint, message_id, bucket, expires_at)
  VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint, message_id = excluded.message_id,
    bucket = excluded.bucket, expires_at = excluded.expires_at
  WHERE send_claims.expires_at <= ?`

const SELECT = `SELECT fingerprint, message_id, bucket FROM send_claims
  WHERE sender_id = ? AND idempotency_key = ? AND expires_at > ?`

/** default_time_to_live in cql/schema.cql. */
const TIME_TO_LIVE_MS = 172_800 * 1000

/** @param now in unix milliseconds */
export const claimsTable = (
  database: DatabaseSync,
  now: () => number,
): Statements<Run, 'claimSend' | 'readClaim'> => {
  database.exec(CREATE)
  const insert = database.prepare(INSERT)
  const select = database.prepare(SELECT)
  return {
    claimSend: (run, sender, key, { fingerprint, id, bucket }) =>
      run('write', () => {
        const time = now()
        const claim = [sender, key, fingerprint, id, bucket, time + TIME_TO_LIVE_MS]
        return insert.run(...claim, time).changes === 1
      }),
    readClaim: (run, sender, key) =>
      run('read', () => {
        const row = select.get(sender, key, now())
        return row && claimOf(row)
      }),
  }
}

const claimOf = ({ fingerprint, message_id, bucket }: Record<string, unknown>): Claim => ({
  fingerprint: Buffer.from(fingerprint as Uint8Array),
  id: message_id as MessageId,
  bucket: bucket as Bucket,
})
