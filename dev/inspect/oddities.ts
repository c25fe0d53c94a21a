/** What is unusual about a dialog, in words for the person on call. */
import { MAX_CLOCK_SKEW_MS } from '../../lib/timeline/rules.ts'
import { MANY_ROWS } from './partition.ts'
import type { Inspected, Partition } from './text.ts'

/** Older time buckets get no new messages. @param nowMs by the database's clock, with which writers compare theirs */
export const oddNewest = (newest: Inspected | undefined, nowMs: number): string[] => {
  if (!newest) return []
  const { bucket, opensMs, visibleFromMs } = newest
  const found: string[] = []
  if (opensMs > nowMs + MAX_CLOCK_SKEW_MS) {
    const seconds = Math.ceil((opensMs - nowMs) / 1000)
    found.push(
      `time bucket ${bucket} opens in ${seconds} s, by a clock that was ahead: no send before that (503)`,
    )
  }
  if (visibleFromMs === undefined)
    found.push(
      `time bucket ${bucket}, the newest, has no visible_from: being opened, or that failed; a send sets it`,
    )
  return found
}

export const oddPartition = (
  { bucket, rows, stamps }: Partition,
  { opensMs, endsMs }: Inspected,
): string[] => {
  const found: string[] = []
  if (rows > MANY_ROWS) found.push(`partition ${bucket} has more than ${MANY_ROWS.toLocaleString('en')} rows`)
  if (stamps && (stamps.oldestMs < opensMs || stamps.newestMs > endsMs))
    found.push(
      `partition ${bucket} has messages outside of what its time bucket covers: lists may leave them out`,
    )
  return found
}
