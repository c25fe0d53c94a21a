/** Index rows -> time buckets and the stamps that each can hold: their coverage (rule 5). */
import { type Bucket, GENESIS, openingOf } from './bucket.ts'
import { GRACE_MS } from './rules.ts'

/** One time bucket's row. Every quorum read that starts after `visibleFromMs` sees it; without that, some may not. */
export type IndexRow = { bucket: Bucket; visibleFromMs?: number }

/** `bucket` is lane 0; the lanes can hold stamps from `opensMs` to `endsMs`, both inclusive, in unix milliseconds. */
export type TimeBucket = { bucket: Bucket; lanes: number; opensMs: number; endsMs: number }

/**
 * The time buckets of these rows, newest first. A writer that has not seen a newer row began its index read before
 * that row was visible, and stamps at most C later by a clock at most S ahead: so the *earliest* visible_from of
 * the newer rows ends a time bucket. Rows newer than these would only end them earlier: not knowing them is safe.
 * @param rows newest first; @param newer what is known of rows newer than these
 */
export const timelineOf = (rows: IndexRow[], newer: Ends = endsFor(1)): TimeBucket[] => {
  let ends = newer
  return rows.map((row) => {
    const endsMs = endOf(ends)
    ends = withRow(ends, row)
    return timeBucketOf(row.bucket, endsMs)
  })
}

/**
 * What ends a time bucket whose newer rows these are. `visibleMs` are their earliest visible_from, in order, `head` at
 * most. Writers write into as many of the newest time buckets as the head has: whoever wrote into one saw fewer newer
 * rows than that, so it began to read before `head` of them were visible.
 */
export type Ends = { head: number; visibleMs: number[] }

export const endsFor = (head: number): Ends => ({ head, visibleMs: [] })

export const withRow = ({ head, visibleMs }: Ends, { visibleFromMs }: IndexRow): Ends => {
  if (visibleFromMs === undefined) return { head, visibleMs }
  return { head, visibleMs: [...visibleMs, visibleFromMs].sort((a, b) => a - b).slice(0, head) }
}

export const endOf = ({ head, visibleMs }: Ends): number =>
  (visibleMs[head - 1] ?? Number.POSITIVE_INFINITY) + GRACE_MS

export const GENESIS_ROW: IndexRow = { bucket: GENESIS }

/** Without a newer one, a time bucket has no end. */
export const timeBucketOf = (bucket: Bucket, endsMs = Number.POSITIVE_INFINITY): TimeBucket => {
  const { openedAtSeconds, lanes } = openingOf(bucket)
  return { bucket, lanes, opensMs: openedAtSeconds * 1000, endsMs }
}
