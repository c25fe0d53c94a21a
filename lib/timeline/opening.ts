/** When the next time bucket is opened, and with how many lanes. Nothing is counted: the random bits of ids decide. */
import { type Bucket, bucketOf, bucketOfLane, MAX_LANES, openingOf } from './bucket.ts'
import type { Rules } from './rules.ts'

/** One in this many senders that find a time bucket cold opens the next: few, so that a crowd does not open at once. */
export const COOLS_ONE_IN = 16
/** A time bucket of several lanes is cold once its age is over this multiple of `fillSeconds`. */
export const COLD_AFTER_FILLS = 2

// 01a1fd71-63d4-7cll-9332-3f70hhhhhhhh: c cools, the low six bits of ll are the lane, h is the coin. Different bits, so
// that all lanes fill evenly, and the lane of a message is independent of its coin.
const laneBits = (id: string) => Number.parseInt(id.slice(16, 18), 16) & (MAX_LANES - 1)
const coolingBits = (id: string) => Number.parseInt(id.slice(15, 16), 16)
/** 0 <= coin < 1 */
const coin = (id: string) => Number.parseInt(id.slice(-8), 16) / 2 ** 32

/** The partition that a message goes to. */
export const chooseLane = (id: string, newest: Bucket): Bucket =>
  bucketOfLane(newest, laneBits(id) % openingOf(newest).lanes)

/**
 * Whether the sender of this message opens the next time bucket: because its coin says that the newest is full, or
 * because the newest has more lanes than its owner still needs.
 */
export const shouldOpenNext = (
  message: { id: string; bytes: number },
  newest: Bucket,
  nowMs: number,
  rules: Rules,
): boolean =>
  isFull(message, newest, rules) ||
  (coolingBits(message.id) % COOLS_ONE_IN === 0 && hasCooled(newest, nowMs, rules))

/** What to open now; undefined within the second of the newest, since openings are whole seconds apart. */
export const nextBucket = (
  newest: Bucket,
  nowMs: number,
  rules: Rules,
  mostLanes = MAX_LANES,
): Bucket | undefined => {
  const openedAtSeconds = Math.floor(nowMs / 1000)
  if (openedAtSeconds <= openingOf(newest).openedAtSeconds) return undefined
  return bucketOf({ openedAtSeconds, lanes: Math.min(mostLanes, nextLanes(newest, nowMs, rules)) })
}

/** Full when either budget is: the odds are a message's share of the rows or of the bytes. More lanes hold more. */
const isFull = ({ id, bytes }: { id: string; bytes: number }, newest: Bucket, rules: Rules) =>
  coin(id) < Math.max(1 / rules.bucketRows, bytes / rules.bucketBytes) / openingOf(newest).lanes

const hasCooled = (newest: Bucket, nowMs: number, rules: Rules) =>
  openingOf(newest).lanes > 1 && ageInFills(newest, nowMs, rules) > COLD_AFTER_FILLS

/**
 * Heat is the age of the newest in units of `fillSeconds`: a time bucket that fills 4 times too fast is followed by twice
 * the lanes, 16 times too fast by four times (a torrent ramps up in a few openings). From a quarter to twice, nothing
 * changes, since the coin makes single lifetimes that uneven. A long lifetime halves the lanes once per doubling.
 */
const nextLanes = (newest: Bucket, nowMs: number, rules: Rules): number => {
  const { lanes } = openingOf(newest)
  const age = ageInFills(newest, nowMs, rules)
  if (age < 1 / 16) return Math.min(MAX_LANES, lanes * 4)
  if (age < 1 / 4) return Math.min(MAX_LANES, lanes * 2)
  if (age <= COLD_AFTER_FILLS) return lanes
  return Math.max(1, Math.floor(lanes / 2 ** Math.floor(Math.log2(age))))
}

/** The age of a time bucket, as a multiple of the time that it should take to fill. */
const ageInFills = (newest: Bucket, nowMs: number, { fillSeconds }: Rules) =>
  (nowMs / 1000 - openingOf(newest).openedAtSeconds) / fillSeconds
