/**
 * How many attempts beyond the first are made: a share of recent successes, so that a database that is slow or broken is
 * not asked several times as much as one that is well. As retry throttling of gRPC (proposal A6) and the retry budget of
 * Finagle do it.
 */

/** One more for ten that succeed; both of the above come with a tenth to a fifth. */
const SHARE = 0.1
/** What health may save up for the moment when a node dies with all that was on its way to it. */
const MOST = 500
/** Of a client that has yet to succeed. */
const BEGINNING = 40
/** Left to what has failed: a statement that is only slow may still be answered. */
const FOR_RETRIES = 20

/** Whether there is one more attempt, which is then taken. */
export type Budget = {
  succeeded: () => void
  /** After a failure. */
  retry: () => boolean
  /** Beside a slow one. */
  speculate: () => boolean
}

export const retryBudget = (): Budget => {
  let left = BEGINNING
  const take = (leaving: number) => {
    if (left - 1 < leaving) return false
    left -= 1
    return true
  }
  return {
    succeeded: () => {
      left = Math.min(MOST, left + SHARE)
    },
    retry: () => take(0),
    speculate: () => take(FOR_RETRIES),
  }
}
