/** Where in a long dialog pages have a given number of lanes: moments within the lives of its time buckets. */
import type { Say } from '../../../dev/progress.ts'
import type { BucketMemory } from '../../../lib/buckets/memory.ts'
import { Fault } from '../../../lib/errors.ts'
import { lowestIdAt } from '../../../lib/model/ids.ts'
import { openingOf } from '../../../lib/timeline/bucket.ts'
import { GRACE_MS } from '../../../lib/timeline/rules.ts'
import { GENESIS_ROW, type IndexRow } from '../../../lib/timeline/timeline.ts'
import type { Instance, Pair } from '../torrent/instances.ts'
import { SHORT_DIALOG } from './write.ts'

/** In unix milliseconds, both inclusive. */
export type Span = { fromMs: number; toMs: number }

/** A page has ten messages, and one more that tells whether there are more: even a small dialog wrote them in that time. */
const PAGE_MS = 2_000

/**
 * The moments at which a whole page lies in one time bucket: not while the bucket before may still hold ids (rule 5), nor
 * right after. Buckets that did not last that long have no such moment.
 * @param rows the index, oldest first; @param life of the dialog
 */
export const stretchesOf = (rows: IndexRow[], life: Span): Map<number, Span[]> => {
  const stretches = new Map<number, Span[]>()
  for (const [index, { bucket, visibleFromMs = life.fromMs }] of [GENESIS_ROW, ...rows].entries()) {
    const { lanes } = openingOf(bucket)
    const next = rows[index]?.bucket
    const fromMs = Math.max(life.fromMs, visibleFromMs) + GRACE_MS + PAGE_MS
    const toMs = next ? openingOf(next).openedAtSeconds * 1000 - 1 : life.toMs
    if (fromMs <= toMs) stretches.set(lanes, [...(stretches.get(lanes) ?? []), { fromMs, toMs }])
  }
  return stretches
}

/** Moments spread evenly over all spans. */
export const momentsIn = (spans: Span[], count: number): number[] => {
  const totalMs = spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  return Array.from({ length: count }, (_, index) => {
    let depthMs = Math.floor((totalMs * (index + 0.5)) / count)
    for (const { fromMs, toMs } of spans) {
      if (depthMs <= toMs - fromMs) return fromMs + depthMs
      depthMs -= toMs - fromMs
    }
    throw new Error('no spans')
  })
}

export const pageOf = (instance: Instance, { from, to }: Pair, beforeMs?: number, memory?: BucketMemory) => {
  const before = beforeMs === undefined ? {} : { before: lowestIdAt(beforeMs) }
  return instance.page({ caller: from, other: to, limit: SHORT_DIALOG, offset: 0, ...before }, memory)
}

export const isWhole = ({ messages, lanes }: Awaited<ReturnType<Instance['page']>>, expected: number) =>
  messages.length === SHORT_DIALOG && lanes === expected

/** Moments whose page reads its own lanes only: after a pause of the writers, some pages reach into the bucket before. */
export const wholeMoments = async (
  instance: Instance,
  pair: Pair,
  stretches: Map<number, Span[]>,
  count: number,
  say: Say,
) => {
  const moments = new Map<number, number[]>()
  for (const [lanes, spans] of [...stretches].toSorted(([a], [b]) => a - b)) {
    const whole: number[] = []
    for (const beforeMs of momentsIn(spans, count)) {
      const read = await pageOf(instance, pair, beforeMs).catch(onlyFaults)
      if (read && isWhole(read, lanes)) whole.push(beforeMs)
    }
    say(
      `${lanes} lanes: ${spans.length} stretches, ${count - whole.length} of ${count} pages at an edge left out`,
    )
    if (whole.length > 0) moments.set(lanes, whole)
  }
  return moments
}

/** A busy machine may cause faults; a page that is wrong ends the run. */
export const onlyFaults = (error: unknown) => {
  if (!(error instanceof Fault)) throw error
}
