/** How long to wait after consecutive failures: exponential backoff with full jitter. */

const FIRST_MS = 50
const MAX_MS = 3_000

/**
 * A random part of a time that doubles with each failure, so that instances that failed together do not retry together.
 * @param failures in a row; after none there is no wait
 * @param random 0 to 1
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const backoffMs = (failures: number, random: number): number =>
  failures === 0 ? 0 : random * Math.min(MAX_MS, FIRST_MS * 2 ** (failures - 1))
