import { describe, expect, test } from '@jest/globals'
import { a_keyspace_from_before, INBOX, NOW_MS, opened } from '../../test/fakes/before-inboxes.ts'
import { ALICE, BOB, DIALOG, idAt } from '../../test/fakes/one-instance.ts'
import { requireClock } from '../buckets/clock.ts'
import { Fault } from '../errors.ts'
import { inboxIdOf, stampOf, type UserId } from '../model/ids.ts'
import { GENESIS } from '../timeline/bucket.ts'
import { PLAN_MAX_AGE_MS } from '../timeline/rules.ts'

describe('a dialog from before inboxes', () => {
  test('is listed in genesis of both inboxes, under its newest message', async () => {
    const { ctx, a_dialog, adopt } = a_keyspace_from_before()
    await a_dialog(BOB, idAt(NOW_MS - 9))
    await a_dialog(BOB, idAt(NOW_MS - 5))
    await adopt()
    const lastId = idAt(NOW_MS - 5)
    expect((await ctx.store.listingsAfter(INBOX, GENESIS, '', 9)).rows).toEqual([{ peer: BOB, lastId }])
    expect((await ctx.store.listingsAfter(inboxIdOf(BOB), GENESIS, '', 9)).rows).toEqual([
      { peer: ALICE, lastId },
    ])
    expect(await ctx.store.readMarks(DIALOG)).toEqual({
      low: { listed: GENESIS },
      high: { listed: GENESIS },
    })
  })

  test('with oneself is listed once', async () => {
    const { ctx, a_dialog, adopt, listed_in } = a_keyspace_from_before()
    const dialog = await a_dialog(ALICE, idAt(NOW_MS - 5))
    await adopt(dialog)
    expect(await listed_in(GENESIS)).toEqual([{ peer: ALICE, lastId: idAt(NOW_MS - 5) }])
    expect(await ctx.store.readMarks(dialog)).toEqual({ low: { listed: GENESIS }, high: {} })
  })

  test('without a message is not listed', async () => {
    const { adopt, everything } = a_keyspace_from_before()
    await adopt()
    expect(everything().flat()).toEqual([])
  })

  test('is listed before it is marked as listed', async () => {
    const { a_dialog, adopt, statements } = a_keyspace_from_before()
    const dialog = await a_dialog(ALICE, idAt(NOW_MS - 5))
    statements()
    await adopt(dialog)
    expect(statements().slice(-2)).toEqual(['putListing', 'setListed'])
  })

  test('takes nine statements, and a look into each inbox that is not known yet', async () => {
    const { ctx, a_dialog, adopt, statements } = a_keyspace_from_before()
    await a_dialog(BOB, idAt(NOW_MS - 9))
    await requireClock(ctx)
    statements()
    await adopt()
    expect(statements().sort()).toEqual([
      ...['bucketsAbove', 'bucketsAbove', 'bucketsUpTo', 'listingsAfter', 'listingsAfter', 'messagesBefore'],
      ...['putListing', 'putListing', 'readMarks', 'setListed', 'setListed'],
    ])
  })

  test('that has been written to since stays where it is listed, raised to its newest message', async () => {
    const { ctx, a_dialog, a_bucket, adopt, listed_in } = a_keyspace_from_before()
    const bucket = await a_bucket(opened(60))
    await a_dialog(BOB, idAt(NOW_MS - 5))
    await ctx.store.putListing(INBOX, bucket, { peer: BOB, lastId: idAt(NOW_MS - 9) }, true)
    await ctx.store.setListed(DIALOG, 'low', bucket)
    await adopt()
    expect(await listed_in(bucket)).toEqual([{ peer: BOB, lastId: idAt(NOW_MS - 5) }])
    expect(await listed_in(GENESIS)).toEqual([])
    expect((await ctx.store.readMarks(DIALOG)).low.listed).toBe(bucket)
  })

  test('is never put into a time bucket that is newer than its newest message', async () => {
    const { ctx, a_dialog, a_bucket, adopt, listed_in } = a_keyspace_from_before()
    const bucket = await a_bucket(opened(60))
    await a_dialog(BOB, idAt(NOW_MS - 60_001))
    await ctx.store.setListed(DIALOG, 'low', bucket)
    await adopt()
    expect(await listed_in(bucket)).toEqual([])
  })

  test('adopted again changes nothing', async () => {
    const { a_dialog, adopt, everything, statements } = a_keyspace_from_before()
    await a_dialog(BOB, idAt(NOW_MS - 5))
    await adopt()
    const before = everything()
    statements()
    await adopt()
    expect(everything()).toEqual(before)
    expect(before.flat()).toHaveLength(3)
    expect(statements()).not.toContain('setListed')
  })

  test('with a message that was sent after genesis had left the head is found nevertheless', async () => {
    const { a_dialog, a_bucket, adopt, listed_in, walk } = a_keyspace_from_before()
    const late = idAt(NOW_MS - 1, 7)
    for (const secondsAgo of [50, 40, 30, 20, 10]) await a_bucket(opened(secondsAgo))
    for (const [salt, peer] of (['carol', 'dave'] as UserId[]).entries())
      await adopt(await a_dialog(peer, idAt(NOW_MS - 60_000, salt)))
    await adopt(await a_dialog(BOB, late))
    expect(await listed_in(GENESIS)).toContainEqual({ peer: BOB, lastId: idAt(NOW_MS - 20_000, 7) })
    expect((await walk()).sort()).toEqual([BOB, 'carol', 'dave'])
  })

  test('is listed under a stamp that the index read allows, however far ahead a clock was', async () => {
    const { a_dialog, adopt, listed_in } = a_keyspace_from_before()
    await adopt(await a_dialog(BOB, idAt(NOW_MS + 60_000)))
    expect((await listed_in(GENESIS)).map(({ lastId }) => stampOf(lastId))).toEqual([
      NOW_MS + PLAN_MAX_AGE_MS,
    ])
  })

  test('is not listed by a clock that is out of bounds', async () => {
    const { memory, a_dialog, adopt, everything } = a_keyspace_from_before()
    memory.clockOffsetMs = 10_000
    await a_dialog(BOB, idAt(NOW_MS - 5))
    await expect(adopt()).rejects.toMatchObject({ kind: 'clock_out_of_bounds' })
    expect(everything().flat()).toEqual([])
  })
})

test('a dialog whose adoption ended after any statement is listed once after the next attempt', async () => {
  for (let step = 1; ; step += 1) {
    const { memory, adopt, a_dialog, walk } = a_keyspace_from_before(1)
    await adopt(await a_dialog('ann' as UserId, idAt(NOW_MS - 70_000)))
    const dialog = await a_dialog(BOB, idAt(NOW_MS - 60_000))
    let left = step
    memory.after = () => {
      left -= 1
      if (left === 0) throw new Fault('write_in_doubt', 'the connection was lost')
    }
    await adopt(dialog).catch(() => undefined)
    memory.after = () => undefined
    if (left > 0) {
      expect(step).toBeGreaterThan(20)
      return
    }
    await adopt(dialog)
    expect((await walk()).sort()).toEqual(['ann', BOB])
  }
})
