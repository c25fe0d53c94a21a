/** The guarantees of the port for what is kept of a dialog's two sides, for every database engine. */
import { describe, expect, test } from '@jest/globals'
import { startCall } from '../../lib/call.ts'
import { type DialogId, dialogIdOf, lowestIdAt, messageIdAt } from '../../lib/model/ids.ts'
import type { Store } from '../../lib/store/store.ts'
import { GENESIS, lastBucketOf } from '../../lib/timeline/bucket.ts'
import { all, type Engine, opening, user } from './engine.ts'

/** In the past: ScyllaDB refuses a timestamp that is more than three days ahead. */
const BEGIN = 1_700_000_000
const idAt = (ms: number) => lowestIdAt(BEGIN * 1000 + ms)
const [older, newer, widest] = [opening(BEGIN), opening(BEGIN + 1), opening(BEGIN + 1, 64)]
const NONE = { low: {}, high: {} }

export const markSentences = (engine: () => Pick<Engine, 'storeFor'>): void => {
  const store = () => engine().storeFor(startCall(30_000))
  const a_dialog = () => dialogIdOf(user('alice'), user('bob'))
  /** The newest index row, and the marks of whichever page had them. */
  const newest = async (dialog: DialogId) => {
    let found: Partial<Awaited<ReturnType<Store['newestBucket']>>> = {}
    const { rows } = await all(async (from) => {
      const page = await store().newestBucket(dialog, from)
      found = { ...found, ...page }
      return page
    })
    return { rows, ...(found.marks && { marks: found.marks }) }
  }
  const newestRows = async (dialog: DialogId) =>
    (await all((from) => store().newestBuckets(dialog, 4, from))).rows
  /** As both reads tell them. */
  const marksOf = async (dialog: DialogId) => {
    const marks = await store().readMarks(dialog)
    expect((await newest(dialog)).marks ?? NONE).toEqual(marks)
    return marks
  }

  describe('the marks of a dialog', () => {
    test('are none at first, with or without an index row', async () => {
      const dialog = a_dialog()
      expect(await marksOf(dialog)).toEqual(NONE)
      await store().insertBucket(dialog, older)
      expect(await marksOf(dialog)).toEqual(NONE)
      expect(await newest(dialog)).toEqual({ rows: [{ bucket: older }] })
    })

    test('say where it stands: in the newest bucket of each inbox in which it ever stood, whatever the order', async () => {
      const dialog = a_dialog()
      const order = [GENESIS, older, GENESIS, widest, newer, older]
      const latest = [GENESIS, older, older, widest, widest, widest]
      for (const [index, bucket] of order.entries()) {
        await store().setListed(dialog, 'low', bucket)
        expect(await marksOf(dialog)).toEqual({ low: { listed: latest[index] }, high: {} })
      }
      await store().setListed(dialog, 'high', older)
      expect(await marksOf(dialog)).toEqual({ low: { listed: widest }, high: { listed: older } })
      expect(await marksOf(a_dialog())).toEqual(NONE)
    })

    test('say how far each side has read, and never go back', async () => {
      const dialog = a_dialog()
      for (const ms of [2, 1, 3, 2]) await store().setReadUpTo(dialog, 'low', idAt(ms))
      await store().setReadUpTo(dialog, 'high', idAt(1))
      expect(await marksOf(dialog)).toEqual({ low: { readUpTo: idAt(3) }, high: { readUpTo: idAt(1) } })
      await store().setListed(dialog, 'high', GENESIS)
      expect((await marksOf(dialog)).high).toEqual({ listed: GENESIS, readUpTo: idAt(1) })
    })

    test('have the higher of two ids of one microsecond, whatever the order', async () => {
      const ids = [0x00, 0x7f, 0x80, 0xff].map((high) =>
        messageIdAt(BEGIN * 1000, Buffer.from([0, 0, high, 0, 0, 0, 0, 0, 0, high])),
      )
      const [upwards, downwards] = [a_dialog(), a_dialog()]
      for (const id of ids) await store().setReadUpTo(upwards, 'low', id)
      for (const id of ids.toReversed()) await store().setReadUpTo(downwards, 'low', id)
      const highest = ids.toSorted().at(-1)
      for (const dialog of [upwards, downwards])
        expect((await marksOf(dialog)).low).toEqual({ readUpTo: highest })
    })

    test('make no index row: a dialog that has only marks is in genesis, whoever reads its index', async () => {
      const dialog = a_dialog()
      await store().setListed(dialog, 'low', older)
      await store().setReadUpTo(dialog, 'high', idAt(1))
      const marks = { low: { listed: older }, high: { readUpTo: idAt(1) } }
      expect(await newest(dialog)).toEqual({ rows: [], marks })
      expect(await newestRows(dialog)).toEqual([])
      expect(await store().bucketsUpTo(dialog, lastBucketOf(1_900_000_000), 4)).toEqual({ rows: [] })
      expect(await store().bucketsAbove(dialog, GENESIS, 4)).toEqual({ rows: [] })
    })

    test('are beside the index rows, and change none of them', async () => {
      const dialog = a_dialog()
      await store().insertBucket(dialog, older)
      await store().insertBucket(dialog, newer)
      await store().setVisibleFrom(dialog, newer, 1)
      await store().setListed(dialog, 'high', widest)
      const row = { bucket: newer, visibleFromMs: 1 }
      const marks = { low: {}, high: { listed: widest } }
      expect(await newest(dialog)).toEqual({ rows: [row], marks })
      expect(await newestRows(dialog)).toEqual([row, { bucket: older }])
    })
  })
}
