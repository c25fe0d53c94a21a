/** How long to wait before trying again. */

const FIRST_MS = 1_000
const MOST_MS = 30_000

/**
 * Exponential, with full jitter, so that those who lost the same instance do not all come back at once.
 * @param atLeastSpreadMs what the service asked for: it grows with the number of its connections
 * @param random from 0 to below 1
 */
export const backoffMs = (failures: number, atLeastSpreadMs: number, random: number): number =>
  random * Math.max(Math.min(MOST_MS, FIRST_MS * 2 ** failures), atLeastSpreadMs)
