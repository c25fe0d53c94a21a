/** The table `inbox` of the embedded store, where a removal is kept beside the row: one that is written late must lose to it. */
import type { DatabaseSync } from 'node:sqlite'
import type { MessageId, UserId } from '../../model/ids.ts'
import type { Statements } from '../bound.ts'
import { timestampOfId } from '../register.ts'
import type { Listing } from '../store.ts'
import { pageOf, type Run } from './statement.ts'

/** Timestamps are those of CQL (register.ts); -1 is before all of them. */
const CREATE = `CREATE TABLE IF NOT EXISTS inbox (
  owner_id BLOB, bucket INTEGER, peer_id TEXT,
  last_id TEXT NOT NULL DEFAULT '', written_at INTEGER NOT NULL DEFAULT -1, removed_at INTEGER NOT NULL DEFAULT -1,
  PRIMARY KEY (owner_id, bucket, peer_id)
) STRICT, WITHOUT ROWID`

/** The later of two ids never has the earlier timestamp. */
const PUT = `INSERT INTO inbox (owner_id, bucket, peer_id, last_id, written_at) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET last_id = max(last_id, excluded.last_id), written_at = max(written_at, excluded.written_at)`

const REMOVE = `INSERT INTO inbox (owner_id, bucket, peer_id, removed_at) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET removed_at = max(removed_at, excluded.removed_at)`

/** A removal leaves the id. A partition of one removal alone has ''. */
const SELECT_NEWEST = 'SELECT max(last_id) AS newest FROM inbox WHERE owner_id = ? AND bucket = ?'

const SELECT_ONE = `SELECT peer_id, last_id FROM inbox
  WHERE owner_id = ? AND bucket = ? AND peer_id = ? AND written_at > removed_at`

const SELECT_AFTER = `SELECT peer_id, last_id FROM inbox
  WHERE owner_id = ? AND bucket = ? AND peer_id > ? AND written_at > removed_at ORDER BY peer_id LIMIT ?`

type Table = Statements<
  Run,
  'newestListing' | 'putListing' | 'removeListing' | 'readListing' | 'anyListing' | 'listingsAfter'
>

export const inboxTable = (database: DatabaseSync): Table => {
  database.exec(CREATE)
  const put = database.prepare(PUT)
  const remove = database.prepare(REMOVE)
  const selectNewest = database.prepare(SELECT_NEWEST)
  const selectOne = database.prepare(SELECT_ONE)
  const selectAfter = database.prepare(SELECT_AFTER)
  return {
    putListing: (run, inbox, bucket, { peer, lastId }) =>
      run('write', () => void put.run(inbox, bucket, peer, lastId, timestampOfId(lastId))),
    removeListing: (run, inbox, bucket, peer, upTo) =>
      run('write', () => void remove.run(inbox, bucket, peer, timestampOfId(upTo))),
    newestListing: (run, inbox, bucket) =>
      run('read', () => (selectNewest.get(inbox, bucket)?.['newest'] || undefined) as MessageId | undefined),
    readListing: (run, inbox, bucket, peer) =>
      run('read', () => {
        const row = selectOne.get(inbox, bucket, peer)
        return row && listingOf(row)
      }),
    anyListing: (run, inbox, bucket) =>
      run('read', () => ({ rows: selectAfter.all(inbox, bucket, '', 1).map(listingOf) })),
    listingsAfter: (run, inbox, bucket, after, limit, from) =>
      run('read', () => {
        const read = (begin: string, rows: number) =>
          selectAfter.all(inbox, bucket, begin, rows).map(listingOf)
        return pageOf({ first: after, limit, from, read, after: ({ peer }) => peer as string })
      }),
  }
}

const listingOf = ({ peer_id, last_id }: Record<string, unknown>): Listing => ({
  peer: peer_id as UserId,
  lastId: last_id as MessageId,
})
