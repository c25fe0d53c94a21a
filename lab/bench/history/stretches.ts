/** Where in a long dialog pages have so many lanes: moments within the lives of its time buckets, by lanes. */
import { openingOf } from '../../../lib/timeline/bucket.ts'
import { GRACE_MS } from '../../../lib/timeline/rules.ts'
import { GENESIS_ROW, type IndexRow } from '../../../lib/timeline/timeline.ts'

/** In unix milliseconds, both inclusive. */
export type Span = { fromMs: number; toMs: number }

/** A page has ten messages and one that tells of more: even a small dialog wrote them in that time. */
const PAGE_MS = 2_000

/**
 * When a page that ends there lies in one time bucket whole: not while the one before may still hold ids (rule 5), nor
 * right after. Buckets that did not last so long have no such moment.
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

/** So many moments, evenly over all spans: the n-th of them is as deep in them as n says. */
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
