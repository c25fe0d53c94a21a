/** When the next time bucket is opened and with how many lanes: coin, heat and cooling, as the service decides them. */

export const BUCKET_ROWS = 10_000
const FILL_SECONDS = 60
/** A sender that finds a bucket cold opens the next one time in so many. */
export const COOLING_ONE_IN = 16
const MAX_LANES = 64

export const bucketNumber = (openedAt: number, lanes: number, lane: number): number =>
  openedAt * 1024 + Math.log2(lanes) * 64 + lane

/** From which age on, in seconds, a bucket of several lanes is cold. */
export const COLD_AFTER_SECONDS = 2 * FILL_SECONDS

/** The lanes of the next time bucket after a coin of heads: the last one's age says how fast it filled. */
export const lanesByHeat = (lanes: number, ageSeconds: number): number => {
  if (ageSeconds < FILL_SECONDS / 16) return Math.min(MAX_LANES, lanes * 4)
  if (ageSeconds < FILL_SECONDS / 4) return Math.min(MAX_LANES, lanes * 2)
  return ageSeconds > COLD_AFTER_SECONDS ? Math.max(1, lanes / 2) : lanes
}

/** The lanes of the next time bucket after a cold one. */
export const lanesByCooling = (lanes: number, ageSeconds: number): number =>
  Math.max(1, lanes >> Math.max(1, Math.floor(Math.log2(ageSeconds / FILL_SECONDS))))
