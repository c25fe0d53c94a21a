import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { an_instance, BEGIN, DIALOG, idAt, type OneInstance } from '../../test/steps/one-instance.ts'
import { laneOf } from '../timeline/bucket.ts'
import { GRACE_MS } from '../timeline/rules.ts'
import { AFTER_ALL_MESSAGES, type MessageId } from './ids.ts'
import { read } from './read.ts'

type Openings = typeof openings extends fc.Arbitrary<infer Value> ? Value : never

/** Time buckets, oldest first. */
const openings = fc.array(
  fc.record({
    /** Seconds after the one before it. */
    gap: fc.integer({ min: 1, max: 5 }),
    lanes: fc.constantFrom(1, 1, 2, 4),
    /** How long until everybody sees it, if that is known. */
    visibleAfterMs: fc.option(fc.nat({ max: 3_000 }), { nil: undefined }),
    /** So long after its opening, or before the end of its coverage. */
    messages: fc.array(
      fc.record({ beforeEnd: fc.boolean(), ms: fc.nat({ max: 1_600 }), lane: fc.nat({ max: 3 }) }),
      { maxLength: 3 },
    ),
  }),
  { maxLength: 40 },
)

/** Opens them, and stores in each what writers that keep the rules may have stored there; resolves to the ids. */
const a_dialog_of = async (all: Openings, { opened, stored }: OneInstance) => {
  const ids: MessageId[] = []
  let endsMs = Number.POSITIVE_INFINITY
  let second = all.reduce((sum, { gap }) => sum + gap, BEGIN)
  for (const { gap, lanes, visibleAfterMs, messages } of all.toReversed()) {
    const opensMs = second * 1000
    const visible = visibleAfterMs !== undefined && { visibleFromMs: opensMs + visibleAfterMs }
    const bucket = await opened(second, { lanes, ...visible })
    const lastMs = Math.min(endsMs, opensMs + 20_000)
    for (const { beforeEnd, ms, lane } of messages) {
      const stampMs = beforeEnd ? Math.max(opensMs, lastMs - ms) : Math.min(lastMs, opensMs + ms)
      ids.push(idAt(stampMs, ids.length))
      await stored(laneOf(bucket, lane % lanes), ...ids.slice(-1))
    }
    if (visible) endsMs = Math.min(endsMs, visible.visibleFromMs + GRACE_MS)
    second -= gap
  }
  return ids.sort()
}

const pages = fc.record({
  all: openings,
  /** Where the database cuts its pages short; none: nowhere. */
  cuts: fc.array(fc.nat({ max: 3 })),
  at: fc.nat(),
  count: fc.integer({ min: 1, max: 30 }),
})

test('a page of any dialog has every message beyond its cursor, once, in order, downwards and upwards', async () => {
  await fc.assert(
    fc.asyncProperty(pages, async ({ all, cuts, at, count }) => {
      const instance = an_instance()
      let reads = 0
      instance.memory.cutAt = (rows) => {
        reads += 1
        return Math.min(rows, cuts[reads % (cuts.length * 2)] ?? rows)
      }
      const ids = await a_dialog_of(all, instance)
      const cursor = ids[at % (ids.length + 1)] ?? AFTER_ALL_MESSAGES
      const list = async (isUpwards: boolean) => {
        const { messages, isAll } = await read({ dialog: DIALOG, cursor, isUpwards }, count, instance.ctx)
        return { ids: messages.map(({ id }) => id), isAll }
      }
      const older = ids.filter((id) => id < cursor).reverse()
      const newer = ids.filter((id) => id > cursor)
      for (const _ of ['knowing nothing', 'with a guess']) {
        expect(await list(false)).toEqual({ ids: older.slice(0, count), isAll: older.length < count })
        expect(await list(true)).toEqual({ ids: newer.slice(0, count), isAll: newer.length < count })
      }
      expect(instance.lines).toEqual([])
    }),
    { numRuns: 60 },
  )
})
