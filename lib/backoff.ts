/** How long to wait after so many failures: exponential backoff with full jitter. */

const FIRST_MS = 50
const MOST_MS = 3_000

/**
 * Any part of a time that doubles with each failure, so that instances that failed together do not come back together.
 * @param failures in a row; none: no wait
 * @param random 0 to 1
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const backoffMs = (failures: number, random: number): number =>
  failures === 0 ? 0 : random * Math.min(MOST_MS, FIRST_MS * 2 ** (failures - 1))
