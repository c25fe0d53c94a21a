/** The table `inbox`: which dialogs stand in this partition of somebody's inbox? The column `owner_id` holds the inbox. */
import type { MessageId, UserId } from '../model/ids.ts'
import type { Statements } from './bound.ts'
import { timestampOfId } from './register.ts'
import type { Execute, Statement } from './scylla/statement.ts'
import type { Listing, Page } from './store.ts'

/** `newest` has the value and the timestamp of the row, and so becomes the greatest of the partition. */
const PUT: Statement = {
  kind: 'write',
  isUnseen: true,
  cql: `INSERT INTO inbox (owner_id, bucket, newest, peer_id, last_id)
        VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?`,
}
const PUT_EVERYWHERE: Statement = { ...PUT, everyDataCentre: true }

const DELETE: Statement = {
  kind: 'write',
  cql: 'DELETE FROM inbox USING TIMESTAMP ? WHERE owner_id = ? AND bucket = ? AND peer_id = ?',
}

/** DISTINCT reads the static column alone, however many rows have been removed. */
const SELECT_NEWEST: Statement = {
  kind: 'read',
  cql: 'SELECT DISTINCT owner_id, bucket, newest FROM inbox WHERE owner_id = ? AND bucket = ?',
}

const SELECT_ONE: Statement = {
  kind: 'read',
  cql: 'SELECT peer_id, last_id FROM inbox WHERE owner_id = ? AND bucket = ? AND peer_id = ?',
}

/** Restricted by peer: a partition that has `newest` alone, because all of its rows are deleted, has no row here. */
const SELECT_AFTER: Statement = {
  kind: 'read',
  cql: `SELECT peer_id, last_id FROM inbox
        WHERE owner_id = ? AND bucket = ? AND peer_id > ? LIMIT ?`,
}

/** A quorum may not have what was written in another data centre. */
const SELECT_ANY: Statement = {
  kind: 'read',
  everyReplica: true,
  cql: "SELECT peer_id, last_id FROM inbox WHERE owner_id = ? AND bucket = ? AND peer_id > '' LIMIT 1",
}

/** A user id has up to 512 bytes. */
const MAX_PAGE_ROWS = 1_024

type Table = Statements<
  Execute,
  'putListing' | 'removeListing' | 'newestListing' | 'readListing' | 'anyListing' | 'listingsAfter'
>

export const inboxTable: Table = {
  putListing: async (execute, inbox, bucket, { peer, lastId }, everyDataCentre) => {
    const row = [inbox, bucket, lastId, peer, lastId, timestampOfId(lastId)]
    await execute(everyDataCentre ? PUT_EVERYWHERE : PUT, row)
  },
  removeListing: async (execute, inbox, bucket, peer, upTo) => {
    await execute(DELETE, [timestampOfId(upTo), inbox, bucket, peer])
  },
  newestListing: async (execute, inbox, bucket) => {
    const { rows } = await execute(SELECT_NEWEST, [inbox, bucket])
    const newest = rows[0]?.['newest']
    return newest ? (String(newest) as MessageId) : undefined
  },
  readListing: async (execute, inbox, bucket, peer) => {
    const { rows } = await execute(SELECT_ONE, [inbox, bucket, peer])
    return rows[0] && listingOf(rows[0])
  },
  anyListing: async (execute, inbox, bucket, from) =>
    pageOf(await execute(SELECT_ANY, [inbox, bucket], { size: 1, from })),
  listingsAfter: async (execute, inbox, bucket, after, limit, from) => {
    const page = { size: Math.min(limit, MAX_PAGE_ROWS), from }
    return pageOf(await execute(SELECT_AFTER, [inbox, bucket, after, limit], page))
  },
}

const pageOf = ({ rows, next }: Awaited<ReturnType<Execute>>): Page<Listing> => ({
  rows: rows.map(listingOf),
  ...(next && { next }),
})

const listingOf = (row: Record<string, unknown>): Listing => ({
  peer: row['peer_id'] as UserId,
  lastId: String(row['last_id']) as MessageId,
})
