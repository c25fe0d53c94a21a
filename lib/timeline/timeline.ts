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
 * @param rows newest first; @param newerVisibleMs the earliest visible_from of rows newer than these
 */
export const timelineOf = (rows: IndexRow[], newerVisibleMs = Number.POSITIVE_INFINITY): TimeBucket[] => {
  let earliestMs = newerVisibleMs
  return rows.map(({ bucket, visibleFromMs = Number.POSITIVE_INFINITY }) => {
    const endsMs = earliestMs + GRACE_MS
    earliestMs = Math.min(earliestMs, visibleFromMs)
    return timeBucketOf(bucket, endsMs)
  })
}

export const earliestVisibleMs = (rows: IndexRow[]): number =>
  Math.min(Number.POSITIVE_INFINITY, ...rows.map((row) => row.visibleFromMs ?? Number.POSITIVE_INFINITY))

export const GENESIS_ROW: IndexRow = { bucket: GENESIS }

/** Without a newer one, a time bucket has no end. */
export const timeBucketOf = (bucket: Bucket, endsMs = Number.POSITIVE_INFINITY): TimeBucket => {
  const { openedAtSeconds, lanes } = openingOf(bucket)
  return { bucket, lanes, opensMs: openedAtSeconds * 1000, endsMs }
}
