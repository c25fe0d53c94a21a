/** When the next time bucket is opened, and with how many lanes. Nothing is counted: an id's random bits decide. */
import { type Bucket, bucketOf, bucketOfLane, MAX_LANES, openingOf } from './bucket.ts'
import type { Rules } from './rules.ts'

/** Of the senders that find a bucket cold, how many open the next: few, so that a crowd does not open at once. */
export const COOLS_ONE_IN = 16
/** A bucket of several lanes is cold once it has lasted that many times as long as it should take to fill. */
export const COLD_AFTER_FILLS = 2

// 01a1fd71-63d4-7cll-9332-3f70hhhhhhhh: c cools, the low six bits of ll are the lane, h is the coin. Different bits, so
// that all lanes fill alike and a message that lands in some lane says nothing about the coin.
const laneBits = (id: string) => Number.parseInt(id.slice(16, 18), 16) & (MAX_LANES - 1)
const coolingBits = (id: string) => Number.parseInt(id.slice(15, 16), 16)
/** 0 <= coin < 1 */
const coin = (id: string) => Number.parseInt(id.slice(-8), 16) / 2 ** 32

/** The lane that a message goes to. */
export const chooseLane = (id: string, newest: Bucket): Bucket =>
  bucketOfLane(newest, laneBits(id) % openingOf(newest).lanes)

/**
 * Whether the sender of this message opens the next time bucket: because its coin says that this one is full, or
 * because it has more lanes than it still needs.
 */
export const shouldOpenNext = (
  message: { id: string; bytes: number },
  newest: Bucket,
  nowMs: number,
  rules: Rules,
): boolean =>
  isFull(message, newest, rules) ||
  (coolingBits(message.id) % COOLS_ONE_IN === 0 && hasCooled(newest, nowMs, rules))

/** What to open now; nothing within the second of the newest, as openings are whole seconds apart. */
export const nextBucket = (newest: Bucket, nowMs: number, rules: Rules): Bucket | undefined => {
  const openedAtSeconds = Math.floor(nowMs / 1000)
  if (openedAtSeconds <= openingOf(newest).openedAtSeconds) return undefined
  return bucketOf({ openedAtSeconds, lanes: nextLanes(newest, nowMs, rules) })
}

/** Full when the first of two budgets is: one message's share of rows, or of bytes. More lanes hold more. */
const isFull = ({ id, bytes }: { id: string; bytes: number }, newest: Bucket, rules: Rules) =>
  coin(id) < Math.max(1 / rules.bucketRows, bytes / rules.bucketBytes) / openingOf(newest).lanes

const hasCooled = (newest: Bucket, nowMs: number, rules: Rules) =>
  openingOf(newest).lanes > 1 && fills(newest, nowMs, rules) > COLD_AFTER_FILLS

/**
 * Heat is how long the last one lasted, in units of what it should: a bucket that fills 4 times too fast gets twice
 * the lanes, 16 times too fast four times (a torrent ramps up in a few openings). Between a quarter and twice nothing
 * changes, since the coin makes single lives that uneven. A long life cools by the number of times it doubled.
 */
const nextLanes = (newest: Bucket, nowMs: number, rules: Rules): number => {
  const { lanes } = openingOf(newest)
  const life = fills(newest, nowMs, rules)
  if (life < 1 / 16) return Math.min(MAX_LANES, lanes * 4)
  if (life < 1 / 4) return Math.min(MAX_LANES, lanes * 2)
  if (life <= COLD_AFTER_FILLS) return lanes
  return Math.max(1, Math.floor(lanes / 2 ** Math.floor(Math.log2(life))))
}

/** How long this bucket has been the newest, as a multiple of what it should take to fill. */
const fills = (newest: Bucket, nowMs: number, { fillSeconds }: Rules) =>
  (nowMs / 1000 - openingOf(newest).openedAtSeconds) / fillSeconds
