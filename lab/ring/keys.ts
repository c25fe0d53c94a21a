/** The four keys that are compared: the partitions that each makes of a dialog's messages, and those that a page reads. */

import { bigintColumn, compositeKey } from '../../dev/inspect/partition-key.ts'
import { bucketOfLane } from '../../lib/timeline/bucket.ts'
import { lifeOf, type Phase, type Random, type TimeBucket } from './life.ts'
import type { Partition } from './load.ts'
import { BORN_AT, type Dialog, ENDS_AT } from './populations.ts'

/** What a key makes of one dialog: partitions by rows and by writes a second, and partitions read for a page. */
type Footprint = { stored: Partition[]; written: Partition[]; page: number; pageWhileWritten: number }
export type Key = { name: string; of: (dialog: Dialog, random: Random) => Footprint }

const PAGE = 50
const TEN_DAYS_SECONDS = 10 * 86_400
/** How long the present rate has lasted when writes are measured: long enough for lanes to have settled. */
const SETTLED_SECONDS = 3_600

export const KEYS: Key[] = [
  { name: '(sender)', of: (dialog) => bySender(dialog) },
  { name: '(dialog)', of: (dialog) => byDialog(dialog) },
  { name: '(dialog, 10 days)', of: (dialog) => byTenDays(dialog) },
  { name: '(dialog, bucket)', of: (dialog, random) => byTimeBucket(dialog, random) },
]

/** The messages of both sides have to be merged. All dialogs of a sender are one partition. */
const bySender = ({ senders, past, perSecond }: Dialog): Footprint => {
  const parts = (total: number) =>
    senders.map(({ user, part }) => ({ key: Buffer.from(user), weight: part * total }))
  return { stored: parts(rowsOf(past)), written: parts(perSecond), page: 2, pageWhileWritten: 2 }
}

const byDialog = ({ id, past, perSecond }: Dialog): Footprint => ({
  stored: [{ key: id, weight: rowsOf(past) }],
  written: [{ key: id, weight: perSecond }],
  page: 1,
  pageWhileWritten: 1,
})

/** Windows of the dialog's age. A page goes back window by window until it is full or the dialog ends. */
const byTenDays = ({ id, past, perSecond }: Dialog): Footprint => {
  const key = (window: number) => compositeKey([id, bigintColumn(window)])
  const windows = rowsByWindow(past)
  const stored = windows.map((weight, window) => ({ key: key(window), weight }))
  return {
    stored,
    written: [{ key: key(windows.length - 1), weight: perSecond }],
    page: untilFull(windows.toReversed().map((rows) => ({ rows, partitions: 1 }))),
    pageWhileWritten: 1,
  }
}

/** A page reads the index first, then all lanes of a time bucket. */
const byTimeBucket = ({ id, past, perSecond }: Dialog, random: Random): Footprint => {
  const lanesOf = ({ bucket, lanes }: TimeBucket, weight: number) =>
    Array.from({ length: lanes }, (_, lane) => ({
      key: compositeKey([id, bigintColumn(bucketOfLane(bucket, lane))]),
      weight: weight / lanes,
    }))
  const timeline = lifeOf(BORN_AT, past, random)
  const now = lifeOf(ENDS_AT, [{ seconds: SETTLED_SECONDS, perSecond }], random)
  const pageOf = (buckets: TimeBucket[]) =>
    1 + untilFull(buckets.toReversed().map(({ rows, lanes }) => ({ rows, partitions: lanes })))
  return {
    stored: timeline.flatMap((bucket) => lanesOf(bucket, bucket.rows)),
    written: lanesOf(now.at(-1) as TimeBucket, perSecond),
    page: pageOf(timeline),
    pageWhileWritten: pageOf(now),
  }
}

const rowsOf = (phases: Phase[]): number =>
  phases.reduce((rows, { seconds, perSecond }) => rows + seconds * perSecond, 0)

const rowsByWindow = (phases: Phase[]): number[] => {
  const windows: number[] = []
  let from = 0
  for (const { seconds, perSecond } of phases) {
    const end = from + seconds
    while (from < end) {
      const window = Math.floor(from / TEN_DAYS_SECONDS)
      const until = Math.min(end, (window + 1) * TEN_DAYS_SECONDS)
      windows[window] = (windows[window] ?? 0) + (until - from) * perSecond
      from = until
    }
  }
  return windows
}

/** The number of partitions that are read before a page is full, or nothing is left. */
const untilFull = (newestFirst: { rows: number; partitions: number }[]): number => {
  let rows = 0
  let read = 0
  for (const step of newestFirst) {
    if (rows >= PAGE) break
    rows += step.rows
    read += step.partitions
  }
  return read
}
