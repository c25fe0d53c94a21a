/** The constants of time buckets, each with its reason. The first two are promises between instances, not settings. */

/** S: the most that two clocks that stamp or read may differ. NTP keeps to a few milliseconds; this is for its bad days. */
export const MAX_CLOCK_SKEW_MS = 500

/**
 * C: how long after the start of its index read a plan may stamp. Short, since each time bucket is read that far past
 * its end; long enough for a torrent to read the index once a second per instance, not once per message.
 * Readers rely on every writer's C, so it cannot differ between instances, nor change in a rolling deployment.
 */
export const PLAN_MAX_AGE_MS = 1_000

/** G: how long after a newer time bucket's visible_from an older one may hold ids. 1 ms more, as stamps are truncated. */
export const GRACE_MS = PLAN_MAX_AGE_MS + MAX_CLOCK_SKEW_MS + 1

/**
 * The head of an inbox: its newest time buckets, as many as this, in which dialogs are updated where they stand. A promise
 * between instances, as readers rely on what writers take for the head.
 */
export const INBOX_HEAD = 4

/** How large and how hot a partition gets: any values are safe, and instances may differ in them. */
export type Rules = {
  /** Messages per lane, on average: at 10,000 even the largest lanes (10 times the mean) are cache-sized partitions. */
  bucketRows: number
  /** Bytes of text per lane, on average: both engines warn of partitions of 100 MB and more. */
  bucketBytes: number
  /** How long a lane should take to fill: 10,000 rows in 60 s are 160 writes a second, little for one core. */
  fillSeconds: number
  /** Dialogs per time bucket of an inbox: the four of its head are read whole for its newest page. */
  inboxRows: number
}

export const DEFAULT_RULES: Rules = {
  bucketRows: 10_000,
  bucketBytes: 16 * 2 ** 20,
  fillSeconds: 60,
  inboxRows: 256,
}

/** Openings are whole seconds apart: a sixteenth of fewer than 20 seconds cannot be told from a quarter. */
const FILL_SECONDS = { minimum: 20, maximum: 86_400 }
const BUCKET_ROWS = { minimum: 2, maximum: 1_000_000 }
/** At least four messages of maximum length, and no partition that the engines would warn of. */
const BUCKET_BYTES = { minimum: 2 ** 16, maximum: 2 ** 26 }

/** What is wrong with a combination of rules, in words for an operator; undefined if it is valid. */
export const rulesIssue = ({ bucketRows, bucketBytes, fillSeconds }: Rules): string | undefined =>
  rangeIssue('bucketRows', bucketRows, BUCKET_ROWS) ??
  rangeIssue('bucketBytes', bucketBytes, BUCKET_BYTES) ??
  rangeIssue('fillSeconds', fillSeconds, FILL_SECONDS) ??
  (bucketBytes < bucketRows
    ? `bucketBytes (${bucketBytes}) is less than bucketRows (${bucketRows}): a text has at least a byte, so rows would never count`
    : undefined)

const rangeIssue = (
  name: string,
  value: number,
  { minimum, maximum }: { minimum: number; maximum: number },
) =>
  Number.isInteger(value) && value >= minimum && value <= maximum
    ? undefined
    : `${name} must be a whole number from ${minimum} to ${maximum}`
