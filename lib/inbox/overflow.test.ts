import { describe, expect, test } from '@jest/globals'
import { LRUCache } from 'lru-cache'
import { a_keyspace_from_before, INBOX, NOW_MS, opened } from '../../test/fakes/before-inboxes.ts'
import { ALICE, BOB, idAt } from '../../test/fakes/one-instance.ts'
import { requireClock } from '../buckets/clock.ts'
import { readHead } from '../buckets/plan.ts'
import { dialogIdOf, type UserId } from '../model/ids.ts'
import type { Store } from '../store/store.ts'
import { GENESIS } from '../timeline/bucket.ts'
import { type Adoption, adoptDialog } from './adopt.ts'
import { OVERFLOW } from './overflow.ts'
import { laneOf, seatOf } from './side.ts'

describe('an inbox with more old dialogs than genesis has room for', () => {
  const PEERS = ['ann', 'bea', 'cat', 'dan', 'eve'] as UserId[]
  const a_full_genesis = async () => {
    const keyspace = a_keyspace_from_before(2)
    const dialogs = await Promise.all(
      PEERS.map((peer, index) => keyspace.a_dialog(peer, idAt(NOW_MS - 60_000 - index, index))),
    )
    return { ...keyspace, dialogs }
  }
  const rows_of_inbox = async ({ store }: { store: Store }) =>
    (await store.bucketsAbove(INBOX, GENESIS, 99)).rows

  test('has the rest in the lanes of one that lies below all others, and four new ones', async () => {
    const { ctx, dialogs, adopt, listed_in, walk } = await a_full_genesis()
    for (const dialog of dialogs) await adopt(dialog)
    expect((await listed_in(GENESIS)).map(({ peer }) => peer)).toEqual(['ann', 'bea'])
    for (const peer of PEERS.slice(2)) {
      const lane = laneOf(OVERFLOW, seatOf(ALICE, peer))
      expect((await listed_in(lane)).map((row) => row.peer)).toContain(peer)
      const marks = await ctx.store.readMarks(dialogIdOf(ALICE, peer))
      expect(marks).toEqual({ low: { listed: OVERFLOW }, high: { listed: GENESIS } })
    }
    const rows = await rows_of_inbox(ctx)
    expect(rows.map(({ bucket }) => bucket)).toEqual([OVERFLOW, opened(3), opened(2), opened(1), opened(0)])
    expect(rows.every(({ visibleFromMs = 0 }) => visibleFromMs >= NOW_MS)).toBe(true)
    expect((await readHead(INBOX, ctx)).head?.map(({ bucket }) => bucket)).toEqual([0, 1, 2, 3].map(opened))
    expect((await walk()).sort()).toEqual(PEERS)
  })

  test('opens nothing again for further dialogs, nor in another run', async () => {
    const { ctx, dialogs, adopt, hand } = await a_full_genesis()
    for (const dialog of dialogs) await adopt(dialog)
    const before = await rows_of_inbox(ctx)
    const again: Adoption = {
      genesisRows: 2,
      inboxes: new LRUCache({ max: 9 }),
      sleep: async () => undefined,
    }
    hand.now += 5_000
    const another = dialogIdOf(ALICE, 'fay' as UserId)
    await ctx.store.insertMessage(another, GENESIS, {
      id: idAt(NOW_MS - 9),
      from: ALICE,
      to: 'fay' as UserId,
      text: '',
    })
    await adoptDialog(another, again, ctx)
    expect((await ctx.store.readMarks(another)).low.listed).toBe(OVERFLOW)
    expect(await rows_of_inbox(ctx)).toEqual(before)
  })

  test('keeps its own time buckets, makes them visible, and opens only those that are missing', async () => {
    const { ctx, dialogs, a_bucket, adopt, hand } = await a_full_genesis()
    await a_bucket(opened(500))
    await a_bucket(opened(1), false)
    for (const dialog of dialogs) await adopt(dialog)
    const rows = await rows_of_inbox(ctx)
    expect(rows.map(({ bucket }) => bucket)).toEqual([
      OVERFLOW,
      opened(500),
      opened(1),
      opened(0),
      opened(-1),
    ])
    expect(rows.every(({ visibleFromMs }) => visibleFromMs !== undefined)).toBe(true)
    // Never in the future: it waited for that second.
    expect(hand.now).toBe(NOW_MS + 1_000)
  })

  test('is not touched while its newest time bucket lies in the future', async () => {
    const { dialogs, a_bucket, adopt } = await a_full_genesis()
    await a_bucket(opened(-3600))
    for (const dialog of dialogs.slice(0, 2)) await adopt(dialog)
    await expect(adopt(dialogs[2])).rejects.toMatchObject({ kind: 'clock_out_of_bounds' })
  })
})

test('no time bucket is opened by a clock that went out of bounds a moment ago', async () => {
  const { ctx, memory, a_dialog, adopt } = a_keyspace_from_before(0)
  const dialog = await a_dialog(BOB, idAt(NOW_MS - 5))
  await requireClock(ctx)
  memory.clockOffsetMs = 10_000
  await expect(adopt(dialog)).rejects.toMatchObject({ kind: 'clock_out_of_bounds' })
  expect(memory.tables.rows('buckets')).toEqual([])
})
