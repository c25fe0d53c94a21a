/** The time buckets that a dialog goes through, its messages coming at given rates: opened as the service opens them. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { mersenne } from 'pure-rand/generator/mersenne'
import { type Bucket, GENESIS, openingOf } from '../../lib/timeline/bucket.ts'
import { COLD_AFTER_FILLS, COOLS_ONE_IN, nextBucket } from '../../lib/timeline/opening.ts'
import { DEFAULT_RULES } from '../../lib/timeline/rules.ts'

/** Messages at an even rate for some time; one phase follows the other. */
export type Phase = { seconds: number; perSecond: number }
/** `bucket` is lane 0; `from` is when its first message could come, in unix seconds. */
export type TimeBucket = { bucket: Bucket; lanes: number; from: number; rows: number }

/**
 * Oldest first, genesis at the beginning. Waiting for heads is memoryless, so the time of an opening is drawn at once
 * and not message by message.
 */
export const lifeOf = (bornAt: number, phases: Phase[], random: Random): TimeBucket[] => {
  let last: TimeBucket = { bucket: GENESIS, lanes: 1, from: bornAt, rows: 0 }
  const timeline = [last]
  let now = bornAt
  let end = bornAt
  for (const { seconds, perSecond } of phases) {
    end += seconds
    while (now < end) {
      const at = nextOpening(last.bucket, now, perSecond, random)
      const until = Math.min(at, end)
      last.rows += (until - now) * perSecond
      now = until
      const bucket = at < end ? nextBucket(last.bucket, at * 1000, DEFAULT_RULES) : undefined
      if (bucket === undefined) continue
      last = { bucket, lanes: openingOf(bucket).lanes, from: at, rows: 0 }
      timeline.push(last)
    }
  }
  return timeline
}

/** When a sender opens the next bucket: by heads, or to cool a cold bucket, whichever comes first. */
const nextOpening = (newest: Bucket, now: number, perSecond: number, random: Random): number => {
  const { openedAtSeconds, lanes } = openingOf(newest)
  const { bucketRows, fillSeconds } = DEFAULT_RULES
  const heads = now + waiting(bucketRows * lanes, random) / perSecond
  const cold = Math.max(now, openedAtSeconds + COLD_AFTER_FILLS * fillSeconds)
  const cools = lanes > 1 ? cold + waiting(COOLS_ONE_IN, random) / perSecond : Number.POSITIVE_INFINITY
  return Math.min(heads, cools)
}

/** Numbers from 0 to below 1. */
export type Random = () => number

/** The same numbers in every run. Mersenne Twister spreads a small seed over its state; xoroshiro128plus begins near 1. */
export const randomFrom = (seed: number): Random => {
  const generator = mersenne(seed)
  return () => uniformFloat64(generator)
}

/** The wait for an event that happens once in `mean` on average. */
export const waiting = (mean: number, random: Random): number => -Math.log(1 - random()) * mean
