/** The life of a long dialog in seasons: so many lanes each, by the rate and the fillSeconds that bring them about. */
import { DEFAULT_RULES } from '../../../lib/timeline/rules.ts'

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

const calmOf = (lanes: number) => (lanes === 1 ? CALM : 1)

/** Messages a second: as many as that number of lanes takes in the least fillSeconds, and no more. */
export const mostPerSecond = (lanes: number, bucketRows: number): number =>
  (lanes * bucketRows) / LEAST_FILL_SECONDS / calmOf(lanes)

/**
 * A dialog keeps its lanes, chance aside, while they fill in the time that they should take: on a machine that carries
 * less than `mostPerSecond`, that time is called longer. For one lane, slower is only calmer.
 * @param perSecond what is written now; 0 when that is not known yet
 */
export const fillSecondsFor = (lanes: number, bucketRows: number, perSecond: number): number =>
  lanes === 1 || perSecond === 0
    ? LEAST_FILL_SECONDS
    : Math.max(LEAST_FILL_SECONDS, Math.round((lanes * bucketRows) / perSecond))

/** How long it takes from here, each season as fast as it may be, or as this machine is if that is slower. */
export const secondsLeft = (
  written: number,
  messages: number,
  bucketRows: number,
  carriedPerSecond: number,
): number => {
  let seconds = 0
  for (const [index, { lanes }] of SEASONS.entries()) {
    const missing = endOf(index, messages) - Math.max(written, endOf(index - 1, messages))
    seconds += Math.max(0, missing) / Math.min(mostPerSecond(lanes, bucketRows), carriedPerSecond)
  }
  return seconds
}

/** How many messages there are when a season, numbered from 0, is over. */
export const endOf = (index: number, messages: number): number =>
  Math.round(SEASONS.slice(0, index + 1).reduce((sum, { share }) => sum + share, 0) * messages)
