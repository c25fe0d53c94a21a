/** How far down an inbox something that was acknowledged after a moment can be. */
import { GRACE_MS } from '../timeline/rules.ts'
import { LISTED_AGAIN_MS } from './announce.ts'

/** A reply takes at most 5 s, clocks differ by less than 1 s: what is acknowledged is stamped at most this long before. */
const STAMPED_BEFORE_MS = 10_000

/**
 * The earliest stamp, in unix milliseconds, of the listing of a dialog in which something was acknowledged since: W older
 * than its message, and G more after it was written to two time buckets at once.
 */
export const floorOf = (sinceMs: number): number => sinceMs - LISTED_AGAIN_MS - GRACE_MS - STAMPED_BEFORE_MS
