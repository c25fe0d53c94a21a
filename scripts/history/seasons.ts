/** The life of a long dialog in seasons: so many lanes each, by the rate and the fillSeconds that bring them about. */
import { DEFAULT_RULES } from '../../lib/timeline/rules.ts'

/** `share` of all messages; `lanes` that the dialog shall have, or grow or cool to. */
export type Season = { lanes: number; share: number }

/** One lane at the beginning, in the middle and at the end, where pages of it are measured; the others long enough for some openings. */
export const SEASONS: Season[] = [
  { lanes: 1, share: 0.03 },
  { lanes: 2, share: 0.09 },
  { lanes: 4, share: 0.16 },
  { lanes: 8, share: 0.22 },
  { lanes: 1, share: 0.04 },
  { lanes: 8, share: 0.22 },
  { lanes: 4, share: 0.12 },
  { lanes: 2, share: 0.08 },
  { lanes: 1, share: 0.04 },
]

/** The least that is allowed: a season of few lanes need not be slow. */
const LEAST_FILL_SECONDS = 20
/** Where nothing is below, chance goes up alone: at half the heat, few buckets fill within a quarter of fillSeconds. */
const CALM = 2
/** A shorter dialog than is meant here gets smaller buckets, or it would have two. */
const BUCKETS_AT_LEAST = 40

export const bucketRowsFor = (messages: number): number =>
  Math.min(DEFAULT_RULES.bucketRows, Math.ceil(messages / BUCKETS_AT_LEAST))

/** `perSecond` is as fast as senders are answered when it is Infinity. */
export type Pace = { fillSeconds: number; perSecond: number }

/**
 * A dialog keeps its lanes, chance aside, while they fill in the time that they should take: few lanes by writing more
 * slowly than this machine could, many by calling slower what it can.
 * @param mostPerSecond what all senders together carry
 */
export const paceOf = (lanes: number, bucketRows: number, mostPerSecond: number): Pace => {
  const rows = lanes * bucketRows
  const fillSeconds = Math.max(LEAST_FILL_SECONDS, Math.ceil(rows / mostPerSecond))
  const calm = rows / fillSeconds / CALM
  if (lanes === 1) return { fillSeconds, perSecond: calm }
  return {
    fillSeconds,
    perSecond: fillSeconds > LEAST_FILL_SECONDS ? Number.POSITIVE_INFINITY : rows / fillSeconds,
  }
}

/** How long it takes from here: `written` of `messages`, the seasons to come at the rate that was found last. */
export const secondsLeft = (
  written: number,
  messages: number,
  bucketRows: number,
  mostPerSecond: number,
): number => {
  let seconds = 0
  for (const [index, { lanes }] of SEASONS.entries()) {
    const missing = endOf(index, messages) - Math.max(written, endOf(index - 1, messages))
    const { perSecond } = paceOf(lanes, bucketRows, mostPerSecond)
    seconds += Math.max(0, missing) / Math.min(perSecond, mostPerSecond)
  }
  return seconds
}

/** How many messages there are when a season, numbered from 0, is over. */
export const endOf = (index: number, messages: number): number =>
  Math.round(SEASONS.slice(0, index + 1).reduce((sum, { share }) => sum + share, 0) * messages)
