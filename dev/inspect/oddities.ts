/** What is unusual about a timeline, in words for the person on call. */
import { DEFAULT_RULES, MAX_CLOCK_SKEW_MS } from '../../lib/timeline/rules.ts'
import { MANY_ROWS } from './partition.ts'
import type { Inspected, Partition, Rows } from './text.ts'

const MEANWHILE = { messages: 'a send sets it', dialogs: 'dialogs move to the newest one that has it' }

/** Older time buckets get no new rows. @param nowMs by the database's clock, with which writers compare theirs */
export const oddNewest = (
  newest: Inspected | undefined,
  nowMs: number,
  rows: Rows = 'messages',
): string[] => {
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
      `time bucket ${bucket}, the newest, has no visible_from: being opened, or that failed; ${MEANWHILE[rows]}`,
    )
  return found
}

/** Ten times what a time bucket of an inbox is designed for. Those with several lanes are walked instead. */
const MANY_DIALOGS = 10 * DEFAULT_RULES.inboxRows

export const oddPartition = (
  { bucket, rows, stamps }: Partition,
  { lanes, opensMs, endsMs }: Inspected,
  kind: Rows = 'messages',
): string[] => {
  const found: string[] = []
  if (kind === 'dialogs' && lanes === 1 && rows > MANY_DIALOGS)
    found.push(
      `partition ${bucket} has more than ${MANY_DIALOGS.toLocaleString('en')} rows, which pages read whole`,
    )
  else if (rows > MANY_ROWS)
    found.push(`partition ${bucket} has more than ${MANY_ROWS.toLocaleString('en')} rows`)
  if (stamps && (stamps.oldestMs < opensMs || stamps.newestMs > endsMs))
    found.push(
      `partition ${bucket} has ${kind} outside of what its time bucket covers: lists may leave them out`,
    )
  return found
}
