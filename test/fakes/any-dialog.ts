/** Arbitrary dialogs over time buckets and lanes, as writers may leave them that follow the rules: for property tests. */
import fc from 'fast-check'
import type { MessageId } from '../../lib/model/ids.ts'
import { bucketOfLane } from '../../lib/timeline/bucket.ts'
import { GRACE_MS } from '../../lib/timeline/rules.ts'
import { BEGIN, idAt, type OneInstance } from './one-instance.ts'

type Openings = typeof openings extends fc.Arbitrary<infer Value> ? Value : never

/** Time buckets, oldest first. */
export const openings = fc.array(
  fc.record({
    /** Seconds after the one before it. */
    gap: fc.integer({ min: 1, max: 5 }),
    lanes: fc.constantFrom(1, 1, 2, 4),
    /** When it becomes visible to all, if that is stored. */
    visibleAfterMs: fc.option(fc.nat({ max: 3_000 }), { nil: undefined }),
    /** `ms` after its opening, or before the end of its coverage. */
    messages: fc.array(
      fc.record({ beforeEnd: fc.boolean(), ms: fc.nat({ max: 1_600 }), lane: fc.nat({ max: 3 }) }),
      { maxLength: 3 },
    ),
  }),
  { maxLength: 40 },
)

/** Opens the time buckets, and stores messages that each may have; resolves to their ids, oldest first. */
export const a_dialog_of = async (all: Openings, { opened, stored }: OneInstance) => {
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
      await stored(bucketOfLane(bucket, lane % lanes), ...ids.slice(-1))
    }
    if (visible) endsMs = Math.min(endsMs, visible.visibleFromMs + GRACE_MS)
    second -= gap
  }
  return ids.sort()
}

/** Where the database cuts its pages short; an empty list: nowhere. */
export const cuts = fc.array(fc.nat({ max: 3 }))

export const cut_pages = ({ memory }: OneInstance, at: number[]) => {
  let reads = 0
  memory.cutAt = (rows) => {
    reads += 1
    return Math.min(rows, at[reads % (at.length * 2)] ?? rows)
  }
}
