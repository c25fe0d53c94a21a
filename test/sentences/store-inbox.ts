/** The guarantees of the port for inboxes, for every database engine. */
import { describe, expect, test } from '@jest/globals'
import { allPages } from '../../lib/buckets/pages.ts'
import { startCall } from '../../lib/call.ts'
import { inboxIdOf, lowestIdAt, type MessageId, messageIdAt, type UserId } from '../../lib/model/ids.ts'
import type { Listing } from '../../lib/store/store.ts'
import { bucketOfLane, GENESIS } from '../../lib/timeline/bucket.ts'
import { all, type Engine, opening, user } from './engine.ts'

/** In the past: ScyllaDB refuses a timestamp that is more than three days ahead. */
const BEGIN_MS = 1_700_000_000_000
const idAt = (ms: number) => lowestIdAt(BEGIN_MS + ms)
/** Two ids of one microsecond. */
const [LOWER, HIGHER] = [0, 0xff].map((last) =>
  messageIdAt(BEGIN_MS, Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, last])),
) as [MessageId, MessageId]
const bob = 'bob' as UserId

export const inboxSentences = (engine: () => Engine): void => {
  const store = () => engine().storeFor(startCall(30_000))
  const an_inbox = () => inboxIdOf(user('alice'))
  /** The row of one dialog in one partition, as both reads tell it, after these writes one after the other. */
  const left_by = async (...writes: (['put' | 'remove', MessageId] | ['put everywhere', MessageId])[]) => {
    const inbox = an_inbox()
    for (const [kind, id] of writes) {
      if (kind === 'remove') await store().removeListing(inbox, GENESIS, bob, id)
      else await store().putListing(inbox, GENESIS, { peer: bob, lastId: id }, kind === 'put everywhere')
    }
    const row = await store().readListing(inbox, GENESIS, bob)
    expect(await store().listingsAfter(inbox, GENESIS, '', 9)).toEqual({ rows: row ? [row] : [] })
    expect(await allPages((from) => store().anyListing(inbox, GENESIS, from))).toEqual(row ? [row] : [])
    expect(row === undefined || row.peer === bob).toBe(true)
    return row?.lastId
  }

  describe('a dialog in an inbox', () => {
    test('is there once it was put, to one data centre or to all, with its newest id whatever the order', async () => {
      expect(await left_by()).toBeUndefined()
      expect(await left_by(['put', idAt(1)])).toBe(idAt(1))
      expect(await left_by(['put everywhere', idAt(1)])).toBe(idAt(1))
      expect(await left_by(['put', idAt(1)], ['put', idAt(2)])).toBe(idAt(2))
      expect(await left_by(['put', idAt(2)], ['put everywhere', idAt(1)])).toBe(idAt(2))
      expect(await left_by(['put', idAt(2)], ['put', idAt(2)])).toBe(idAt(2))
    })

    test('has the higher of two ids of one microsecond, whatever the order', async () => {
      expect(await left_by(['put', LOWER], ['put', HIGHER])).toBe(HIGHER)
      expect(await left_by(['put', HIGHER], ['put', LOWER])).toBe(HIGHER)
    })

    test('is gone once it is removed up to its id or a later one, and stays if it has a later one', async () => {
      expect(await left_by(['put', idAt(1)], ['remove', idAt(1)])).toBeUndefined()
      expect(await left_by(['put', idAt(1)], ['remove', idAt(2)])).toBeUndefined()
      expect(await left_by(['put', idAt(2)], ['remove', idAt(1)])).toBe(idAt(2))
      expect(await left_by(['remove', idAt(1)])).toBeUndefined()
    })

    test('is not brought back by a write that arrives after its removal, but by a later id', async () => {
      const removed = [
        ['put', idAt(1)],
        ['remove', idAt(2)],
        ['put', idAt(1)],
      ] as const satisfies Parameters<typeof left_by>
      expect(await left_by(...removed)).toBeUndefined()
      expect(await left_by(...removed, ['put', idAt(3)])).toBe(idAt(3))
      expect(await left_by(...removed, ['put', idAt(3)], ['put', idAt(1)])).toBe(idAt(3))
      expect(await left_by(...removed, ['put', idAt(3)], ['remove', idAt(2)])).toBe(idAt(3))
    })

    test('is removed with every id of that microsecond, whichever comes first: a removal wins', async () => {
      expect(await left_by(['put', LOWER], ['remove', LOWER])).toBeUndefined()
      expect(await left_by(['remove', LOWER], ['put', LOWER])).toBeUndefined()
      expect(await left_by(['put', HIGHER], ['remove', LOWER])).toBeUndefined()
      expect(await left_by(['remove', LOWER], ['put', HIGHER])).toBeUndefined()
    })

    test('is in its partition, and in no other bucket or inbox', async () => {
      const [inbox, other] = [an_inbox(), an_inbox()]
      const lane = bucketOfLane(opening(1_700_000_000, 4), 3)
      await store().putListing(inbox, lane, { peer: bob, lastId: idAt(1) }, false)
      await store().putListing(inbox, GENESIS, { peer: bob, lastId: idAt(2) }, false)
      await store().removeListing(inbox, GENESIS, bob, idAt(2))
      expect(await store().readListing(inbox, lane, bob)).toEqual({ peer: bob, lastId: idAt(1) })
      expect(await store().readListing(inbox, lane, 'carol' as UserId)).toBeUndefined()
      expect(await store().readListing(other, lane, bob)).toBeUndefined()
      expect(await store().listingsAfter(inbox, GENESIS, '', 9)).toEqual({ rows: [] })
    })
  })

  test('the newest dialog that was ever put into a partition is known, even once it is removed', async () => {
    const inbox = an_inbox()
    const newest = () => store().newestListing(inbox, GENESIS)
    expect(await newest()).toBeUndefined()
    await store().removeListing(inbox, GENESIS, bob, idAt(9))
    expect(await newest()).toBeUndefined()
    for (const ms of [2, 3, 1])
      await store().putListing(inbox, GENESIS, { peer: `peer-${ms}` as UserId, lastId: idAt(ms) }, ms > 1)
    expect(await newest()).toBe(idAt(3))
    await store().removeListing(inbox, GENESIS, 'peer-3' as UserId, idAt(3))
    expect(await newest()).toBe(idAt(3))
    expect(await store().newestListing(inbox, opening(1_700_000_000))).toBeUndefined()
    expect(await store().newestListing(an_inbox(), GENESIS)).toBeUndefined()
  })

  describe('dialogs in an inbox', () => {
    const filled = async (peers: string[]) => {
      const inbox = an_inbox()
      const rows = peers.map((peer, index): Listing => ({ peer: peer as UserId, lastId: idAt(index) }))
      await Promise.all(rows.map((row) => store().putListing(inbox, GENESIS, row, false)))
      return { inbox, rows }
    }

    test('are in the order of the bytes of the other people, above a cursor, which need not be one of them', async () => {
      const { inbox, rows } = await filled([' ', 'B', 'a', 'aa', 'b', 'é', '\uff5e', '🚀'])
      const above = async (cursor: string, limit = 9) =>
        (await store().listingsAfter(inbox, GENESIS, cursor, limit)).rows
      expect(await above('')).toEqual(rows)
      expect(await above('a')).toEqual(rows.slice(3))
      expect(await above('ab')).toEqual(rows.slice(4))
      expect(await above('B', 2)).toEqual(rows.slice(2, 4))
      expect(await above('🚀')).toEqual([])
    })

    test('of a long read in several pages continue where a page ended, up to the limit, without the removed ones', async () => {
      const names = Array.from({ length: 1_200 }, (_, index) => `peer-${String(index).padStart(4, '0')}`)
      const { inbox, rows } = await filled(names)
      for (const { peer, lastId } of rows.slice(100, 110))
        await store().removeListing(inbox, GENESIS, peer, lastId)
      const read = await all((from) => store().listingsAfter(inbox, GENESIS, '', 1_100, from))
      expect(read.pages).toBeGreaterThan(1)
      expect(read.rows).toEqual(rows.toSpliced(100, 10).slice(0, 1_100))
    })
  })
}
