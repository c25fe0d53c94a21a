/** The time buckets that a dialog goes through, its messages coming at given rates. */
import { BUCKET_ROWS, COLD_AFTER_SECONDS, COOLING_ONE_IN, lanesByCooling, lanesByHeat } from './openings.ts'
import { type Random, waiting } from './random.ts'

/** Messages at an even rate for so long; one phase follows the other. */
export type Phase = { seconds: number; perSecond: number }
/** `openedAt` in unix seconds, 0 for genesis; `from` is when its first message could come. */
export type TimeBucket = { openedAt: number; from: number; lanes: number; rows: number }

/**
 * Oldest first, genesis at the beginning. Waiting for heads is memoryless, so the time of an opening is drawn at once
 * and not message by message.
 */
export const lifeOf = (bornAt: number, phases: Phase[], random: Random): TimeBucket[] => {
  let last: TimeBucket = { openedAt: 0, from: bornAt, lanes: 1, rows: 0 }
  const timeline = [last]
  let now = bornAt
  let end = bornAt
  for (const { seconds, perSecond } of phases) {
    end += seconds
    while (now < end) {
      const { at, lanes } = nextOpening(last, now, perSecond, random)
      const until = Math.min(at, end)
      last.rows += (until - now) * perSecond
      now = until
      if (at >= end || Math.floor(at) <= last.openedAt) continue
      last = { openedAt: Math.floor(at), from: at, lanes, rows: 0 }
      timeline.push(last)
    }
  }
  return timeline
}

/** Whichever comes first, heads or one of those who cool a cold bucket. */
const nextOpening = ({ openedAt, lanes }: TimeBucket, now: number, perSecond: number, random: Random) => {
  const heads = now + waiting(BUCKET_ROWS * lanes, random) / perSecond
  const cold = Math.max(now, openedAt + COLD_AFTER_SECONDS)
  const cools = lanes > 1 ? cold + waiting(COOLING_ONE_IN, random) / perSecond : Number.POSITIVE_INFINITY
  return heads <= cools
    ? { at: heads, lanes: lanesByHeat(lanes, heads - openedAt) }
    : { at: cools, lanes: lanesByCooling(lanes, cools - openedAt) }
}
