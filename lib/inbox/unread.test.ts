import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  ALICE,
  an_instance,
  BEGIN,
  BOB,
  DIALOG,
  idAt,
  type OneInstance,
} from '../../test/fakes/one-instance.ts'
import { dialogIdOf, type MessageId, type UserId } from '../model/ids.ts'
import { GENESIS } from '../timeline/bucket.ts'
import { showDialog } from './show.ts'

const NOW = BEGIN * 1000
let instance: OneInstance

beforeEach(() => {
  instance = an_instance()
})

const stored = async (from: UserId, id: MessageId, bucket = GENESIS) => {
  const to = from === ALICE ? BOB : ALICE
  await instance.ctx.store.insertMessage(DIALOG, bucket, { id, from, to, text: id })
}
/** From Bob, a second apart; newest first. */
const from_bob = async (count: number, upToMs = NOW) => {
  const ids = Array.from({ length: count }, (_, index) => idAt(upToMs - index * 1000))
  for (const id of ids) await stored(BOB, id)
  return ids as [MessageId, ...MessageId[]]
}
const unread = async (caller = ALICE, other = BOB) => {
  const { unread: count, moreUnread } = await showDialog({ caller, other }, instance.ctx)
  return moreUnread ? `${count} and more` : count
}

describe('unread', () => {
  test.each([
    [1, 1],
    [99, 99],
    [100, 100],
    [101, '100 and more'],
    [300, '100 and more'],
  ])('of %i messages of the other side are %s', async (count, expected) => {
    await from_bob(count)
    expect([await unread(), await unread(BOB, ALICE)]).toEqual([expected, 0])
  })

  test('are those above the mark, which need not be a message', async () => {
    const ids = await from_bob(9)
    await instance.ctx.store.setReadUpTo(DIALOG, 'low', ids[4] as MessageId)
    expect(await unread()).toBe(4)
    await instance.ctx.store.setReadUpTo(DIALOG, 'low', idAt(NOW - 1_500))
    expect(await unread()).toBe(2)
    await instance.ctx.store.setReadUpTo(DIALOG, 'low', ids[0])
    expect(await unread()).toBe(0)
  })

  test('are not changed by the mark of the other side', async () => {
    const ids = await from_bob(3)
    await instance.ctx.store.setReadUpTo(DIALOG, 'high', ids[0])
    expect(await unread()).toBe(3)
  })

  test('are those above the own newest message, also one that the other side had written before, but late', async () => {
    await from_bob(9)
    await stored(ALICE, idAt(NOW - 2_500))
    expect(await unread()).toBe(3)
    await stored(BOB, idAt(NOW - 2_600))
    expect(await unread()).toBe(3)
  })

  test('are counted across the lanes and time buckets of the dialog', async () => {
    await from_bob(50, NOW - 40_000)
    const bucket = await instance.opened(BEGIN - 30, { lanes: 4, visibleFromMs: NOW - 29_000 })
    for (let lane = 0; lane < 4; lane += 1)
      for (let second = 0; second < 12; second += 1)
        await stored(BOB, idAt(NOW - second * 1000, lane + 1), (bucket + lane) as typeof bucket)
    expect(await unread()).toBe(98)
    await stored(BOB, idAt(NOW + 1), bucket)
    await stored(BOB, idAt(NOW + 2), bucket)
    expect(await unread()).toBe(100)
    await stored(BOB, idAt(NOW + 3), bucket)
    expect(await unread()).toBe('100 and more')
  })

  test('of a dialog with oneself are none', async () => {
    const note = { id: idAt(NOW), from: ALICE, to: ALICE, text: 'note' }
    await instance.ctx.store.insertMessage(dialogIdOf(ALICE, ALICE), GENESIS, note)
    expect(await unread(ALICE, ALICE)).toBe(0)
  })

  test("cost no read if the newest message is read or one's own, else one of 100 ids at most", async () => {
    const [newest] = await from_bob(300)
    instance.statements()
    await unread()
    expect(instance.times('messageIdsBefore')).toBe(1)
    await instance.ctx.store.setReadUpTo(DIALOG, 'low', newest)
    instance.statements()
    await unread()
    await stored(ALICE, idAt(NOW + 1))
    await unread()
    expect(instance.times('messageIdsBefore')).toBe(0)
  })
})
