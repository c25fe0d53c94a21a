/** The guarantees of the port for messages, for every database engine. */
import { describe, expect, test } from '@jest/globals'
import { startCall } from '../../lib/call.ts'
import {
  AFTER_ALL_MESSAGES,
  type DialogId,
  dialogIdOf,
  lowestIdAt,
  type MessageId,
} from '../../lib/model/ids.ts'
import type { Message } from '../../lib/model/message.ts'
import { type Bucket, bucketOfLane, GENESIS } from '../../lib/timeline/bucket.ts'
import { all, type Engine, messageAt, opening, user } from './engine.ts'

const byId = (one: Message, other: Message) => (one.id < other.id ? 1 : -1)

export const messageSentences = (engine: () => Engine): void => {
  const store = () => engine().storeFor(startCall(30_000))
  const put = async (dialog: DialogId, bucket: Bucket, messages: Message[]) => {
    for (const message of messages) await store().insertMessage(dialog, bucket, message)
  }
  const a_dialog = async (stamps: number[]) => {
    const [alice, bob] = [user('alice'), user('bob')]
    const dialog = dialogIdOf(alice, bob)
    const messages = stamps.map((unixMs) => messageAt(unixMs, alice, bob))
    await put(dialog, GENESIS, messages)
    return { alice, bob, dialog, messages }
  }
  const newest = async (dialog: DialogId, bucket = GENESIS) =>
    (await store().messagesBefore(dialog, bucket, AFTER_ALL_MESSAGES, 50)).rows

  describe('messages', () => {
    test('are stored by id, newest first, in whatever order they are written', async () => {
      const { dialog, messages } = await a_dialog([5, 2 ** 47, 1, 1_800_000_000_000, 3])
      const page = await store().messagesBefore(dialog, GENESIS, AFTER_ALL_MESSAGES, 10)
      expect(page).toEqual({ rows: messages.sort(byId) })
    })

    test('of one millisecond are in the order of the unsigned bytes of their ids', async () => {
      const { alice, bob, dialog } = await a_dialog([])
      const randoms = [0x00, 0x7f, 0x80, 0xff].flatMap((high) => [
        Buffer.from([high, ...Array(9).fill(0)]),
        Buffer.from([0, 0, high, ...Array(7).fill(0)]),
        Buffer.from([...Array(9).fill(0), high]),
      ])
      const ties = randoms.map((random) => messageAt(1_800_000_000_000, alice, bob, random))
      const sorted = [...new Map(ties.map((message) => [message.id, message])).values()].sort(byId)
      await put(dialog, GENESIS, ties)
      expect(await newest(dialog)).toEqual(sorted)
      const upwards = await store().messagesAfter(dialog, GENESIS, lowestIdAt(0), 50)
      expect(upwards.rows).toEqual(sorted.toReversed())
    })

    test('come back byte for byte', async () => {
      const [from, to] = [user('Ж "quoted" \u202e'), user("o'👩‍👩‍👧")]
      const texts = [
        '',
        ' \t\n ',
        'e\u0301 is not é',
        '\u202eright to left',
        "'; DROP TABLE messages; --",
        '👩‍👩‍👧',
      ]
      const messages = texts.map((text, index) => ({ ...messageAt(index, from, to), text }))
      const dialog = dialogIdOf(from, to)
      await put(dialog, GENESIS, messages)
      expect(await newest(dialog)).toEqual(messages.reverse())
    })

    test('are read below a cursor, which need not be one of them, up to the limit', async () => {
      const { dialog, messages } = await a_dialog([1, 2, 3, 4])
      const below = (id: MessageId, limit: number) => store().messagesBefore(dialog, GENESIS, id, limit)
      expect((await below(messages[3]?.id as MessageId, 2)).rows).toEqual([messages[2], messages[1]])
      expect((await below(lowestIdAt(3), 9)).rows).toEqual([messages[1], messages[0]])
      expect(await below(lowestIdAt(0), 9)).toEqual({ rows: [] })
    })

    test('are read below a cursor without their texts', async () => {
      const { dialog, messages } = await a_dialog([1, 2, 3, 4])
      const { rows } = await store().messageIdsBefore(dialog, GENESIS, messages[3]?.id as MessageId, 2)
      expect(rows).toEqual([messages[2], messages[1]].map((one) => ({ id: one?.id, from: one?.from })))
    })

    test('are read above a cursor, oldest first, up to the limit', async () => {
      const { dialog, messages } = await a_dialog([1, 2, 3, 4])
      const above = (id: MessageId, limit: number) => store().messagesAfter(dialog, GENESIS, id, limit)
      expect((await above(messages[0]?.id as MessageId, 2)).rows).toEqual([messages[1], messages[2]])
      expect((await above(lowestIdAt(3), 9)).rows).toEqual([messages[2], messages[3]])
      expect(await above(AFTER_ALL_MESSAGES, 9)).toEqual({ rows: [] })
    })

    test('of a long read in several pages continue where a page ended, in both directions, up to the limit', async () => {
      const { alice, bob, dialog, messages } = await a_dialog(
        Array.from({ length: 300 }, (_, index) => 1_000 + index),
      )
      const down = await all((from) => store().messagesBefore(dialog, GENESIS, AFTER_ALL_MESSAGES, 290, from))
      expect(down.pages).toBeGreaterThan(1)
      expect(down.rows).toEqual(messages.toReversed().slice(0, 290))
      const first = await store().messagesAfter(dialog, GENESIS, lowestIdAt(0), 290)
      await put(dialog, GENESIS, [messageAt(1, alice, bob)])
      const rest = await all((from) =>
        store().messagesAfter(dialog, GENESIS, lowestIdAt(0), 290, from ?? first.next),
      )
      expect([...first.rows, ...rest.rows]).toEqual(messages.slice(0, 290))
    })

    test('that are written again are stored once, as written last', async () => {
      const { dialog, messages } = await a_dialog([7])
      const again = { ...(messages[0] as Message), text: 'once more' }
      await put(dialog, GENESIS, [messages[0] as Message, again])
      expect(await newest(dialog)).toEqual([again])
    })

    test('are in their partition, and in no other bucket or dialog', async () => {
      const { alice, bob, dialog, messages } = await a_dialog([1])
      const lane = bucketOfLane(opening(1_800_000_000, 4), 3)
      const other = messageAt(2, alice, bob)
      await put(dialog, lane, [other, ...messages])
      expect(await newest(dialog)).toEqual(messages)
      expect(await newest(dialog, lane)).toEqual([other, ...messages])
      expect(await newest(dialogIdOf(alice, user('carol')))).toEqual([])
    })
  })
}
