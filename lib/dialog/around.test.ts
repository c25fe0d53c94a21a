import { beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { a_dialog_of, cut_pages, cuts, openings } from '../../test/fakes/any-dialog.ts'
import { hold } from '../../test/fakes/memory-store.ts'
import { ALICE, an_instance, BEGIN, BOB, idAt, type OneInstance } from '../../test/fakes/one-instance.ts'
import { idAfter, lowestIdAt, type MessageId, stampOf } from '../model/ids.ts'
import type { ListMessages } from '../model/operations.ts'
import { bucketOfLane, GENESIS } from '../timeline/bucket.ts'
import { listMessages } from './history.ts'

const NOW = BEGIN * 1000
const LONG_AGO_MS = 60_000
let instance: OneInstance

beforeEach(() => {
  instance = an_instance()
})

const page = async (asked: Partial<ListMessages>, limit: number, { ctx }: OneInstance = instance) => {
  const command = { caller: ALICE, other: BOB, offset: 0, limit, ...asked }
  const { messages, older, newer } = await listMessages(command, ctx)
  return { ids: messages.map(({ id }) => id), older, newer }
}
/** Messages a second apart, all of them settled. */
const stored = async (count: number) => {
  const ids = Array.from({ length: count }, (_, index) => idAt(NOW - LONG_AGO_MS + index * 1000))
  await instance.stored(GENESIS, ...ids)
  return ids
}
const newestFirst = (ids: MessageId[], from: number, to: number) => ids.slice(from, to).reverse()

describe('a page around a message', () => {
  test.each([
    [1, 5, 6],
    [2, 5, 7],
    [3, 4, 7],
    [4, 4, 8],
    [5, 3, 8],
    [10, 1, 11],
  ])('of %d is half newer, rounded down, then itself, then older', async (limit, from, to) => {
    const ids = await stored(12)
    const { ids: listed, older, newer } = await page({ around: ids[5] as MessageId }, limit)
    expect(listed).toEqual(newestFirst(ids, from, to))
    expect(older).toBe(ids[from])
    expect(newer).toEqual({ after: ids[to - 1] })
  })

  test('that does not exist has the messages that would be next to it', async () => {
    const ids = await stored(12)
    const { ids: listed } = await page({ around: idAfter(ids[5] as MessageId) }, 4)
    expect(listed).toEqual(newestFirst(ids, 4, 8))
    expect((await page({ around: lowestIdAt(NOW - LONG_AGO_MS + 5_000) }, 4)).ids).toEqual(listed)
  })

  test('fills places that newer messages leave empty with older ones, not the other way round', async () => {
    const ids = await stored(12)
    expect((await page({ around: ids[10] as MessageId }, 6)).ids).toEqual(newestFirst(ids, 6, 12))
    expect((await page({ around: ids[11] as MessageId }, 6)).ids).toEqual(newestFirst(ids, 6, 12))
    expect((await page({ around: idAt(NOW * 2) }, 6)).ids).toEqual(newestFirst(ids, 6, 12))
    expect((await page({ around: ids[0] as MessageId }, 6)).ids).toEqual(newestFirst(ids, 0, 4))
    expect((await page({ around: lowestIdAt(0) }, 6)).ids).toEqual(newestFirst(ids, 0, 3))
  })

  test('links to older messages only if there are any: it reads one more than it shows', async () => {
    const ids = await stored(6)
    expect((await page({ around: ids[3] as MessageId }, 6)).older).toBeUndefined()
    expect((await page({ around: ids[3] as MessageId }, 5)).older).toBe(ids[1])
    expect((await page({ around: ids[2] as MessageId }, 5)).older).toBeUndefined()
    expect((await page({ around: ids[5] as MessageId }, 6)).older).toBeUndefined()
    expect((await page({ around: ids[5] as MessageId }, 5)).older).toBe(ids[1])
  })

  test('with only newer messages beyond it, or with none, still links to newer ones', async () => {
    const settled = lowestIdAt(NOW - 10_000)
    expect(await page({ around: lowestIdAt(0) }, 1)).toEqual({ ids: [], newer: { after: lowestIdAt(0) } })
    expect(await page({ around: idAt(NOW) }, 9)).toEqual({ ids: [], newer: { after: settled } })
    const ids = await stored(3)
    expect(await page({ around: lowestIdAt(0) }, 1)).toEqual({ ids: [], newer: { after: lowestIdAt(0) } })
    expect((await page({ around: ids[0] as MessageId }, 9)).newer).toEqual({ after: ids[2] })
  })

  test('that reaches the newest links back to the settled cursor, and one that does not hands it on', async () => {
    const settled = lowestIdAt(NOW - 10_000)
    const ids = Array.from({ length: 6 }, (_, index) => idAt(NOW - 5_000 + index))
    await instance.stored(GENESIS, ...ids)
    expect((await page({ around: ids[3] as MessageId }, 5)).newer).toEqual({ after: settled })
    expect((await page({ around: ids[2] as MessageId }, 5)).newer).toEqual({ after: ids[4], settled })
    expect((await page({ around: ids[5] as MessageId }, 1)).newer).toEqual({ after: settled })
    expect((await page({ around: ids[4] as MessageId }, 1)).newer).toEqual({ after: ids[4], settled })
    const earlier = { around: ids[3] as MessageId, settled: lowestIdAt(NOW - 20_000) }
    expect((await page(earlier, 5)).newer).toEqual({ after: earlier.settled })
  })

  test('reads both sides in parallel, and counts the lanes of both', async () => {
    const bucket = await instance.opened(BEGIN - 50, { lanes: 4, visibleFromMs: NOW - 50_000 })
    await instance.stored(bucketOfLane(bucket, 1), idAt(NOW - 40_000), idAt(NOW - 30_000))
    await page({}, 9)
    instance.statements()
    const { proceed } = hold(instance.memory, 'bucketsUpTo')
    const reading = page({ around: idAt(NOW - 40_000) }, 9)
    await new Promise((resolve) => setImmediate(resolve))
    const index = ['bucketsAbove', 'bucketsUpTo', 'bucketsUpTo']
    const lanes = [...Array(4).fill('messagesAfter'), ...Array(4).fill('messagesBefore')]
    expect(instance.statements().sort()).toEqual([...index, ...lanes])
    proceed()
    await reading
    // Downwards it continues to genesis, since the page is not full.
    expect(instance.facts.lanes).toBe(4 + 5)
  })

  test.each(['messagesBefore', 'messagesAfter'] as const)(
    'neither repeats nor skips a message if others arrive on either side while %s waits',
    async (held) => {
      const ids = await stored(9)
      const around = ids[4] as MessageId
      await page({}, 9)
      const { reached, proceed } = hold(instance.memory, held)
      const reading = page({ around }, 5)
      await reached
      const late = [-1, 1].map((step) => idAt(NOW - LONG_AGO_MS + 4_000 + step))
      await instance.stored(GENESIS, ...late)
      proceed()
      const { ids: listed } = await reading
      expect(listed).toEqual([...new Set(listed)].sort().reverse())
      const known = listed.filter((id) => !late.includes(id))
      const from = ids.indexOf(known.at(-1) as MessageId)
      expect(known).toEqual(newestFirst(ids, from, from + known.length))
      expect(known).toContain(around)
      expect(listed.length).toBe(5)
    },
  )
})

const arounds = fc.record({
  all: openings,
  cuts,
  at: fc.nat(),
  /** At a message, right before or after one, or far from all. */
  where: fc.constantFrom('on', 'before', 'after', 'far below', 'far above'),
  limit: fc.integer({ min: 1, max: 30 }),
})
type Around = typeof arounds extends fc.Arbitrary<infer Value> ? Value : never

const cursorIn = (ids: MessageId[], { at, where }: Around): MessageId => {
  const id = ids[at % ids.length]
  if (!id || where === 'far below') return lowestIdAt(0)
  if (where === 'far above') return idAt(NOW * 3)
  if (where === 'on') return id
  return where === 'after' ? idAfter(id) : lowestIdAt(stampOf(id))
}

const in_any_dialog = (check: (ids: MessageId[], asked: Around, one: OneInstance) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(arounds, async (asked) => {
      const one = an_instance()
      cut_pages(one, asked.cuts)
      await check(await a_dialog_of(asked.all, one), asked, one)
      expect(one.lines).toEqual([])
    }),
    { numRuns: 60 },
  )

describe('in any dialog', () => {
  test('a page around a message is that part of the whole listing', () =>
    in_any_dialog(async (ids, asked, one) => {
      const around = cursorIn(ids, asked)
      const first = ids.filter((id) => id <= around).length
      const to = Math.min(ids.length, first + Math.floor(asked.limit / 2))
      const from = Math.max(0, to - asked.limit)
      const { ids: listed, older } = await page({ around }, asked.limit, one)
      expect(listed).toEqual(newestFirst(ids, from, to))
      expect(older).toBe(from > 0 ? ids[from] : undefined)
    }))

  test('paging on from it, in both directions, gives every message once, in order', () =>
    in_any_dialog(async (ids, asked, one) => {
      // Everything is settled.
      one.hand.now = NOW + 1_000_000
      const { limit } = asked
      const start = await page({ around: cursorIn(ids, asked) }, limit, one)
      const listed = [...start.ids]
      for (let { older } = start; older; ) {
        const next = await page({ before: older }, limit, one)
        listed.push(...next.ids)
        older = next.older
      }
      for (let { newer } = start, more = true; more; ) {
        const previous = await page(newer, limit, one)
        listed.unshift(...previous.ids)
        more = previous.ids.length > 0
        newer = previous.newer
      }
      expect(listed).toEqual(ids.toReversed())
    }))
})
