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
const BEGINNING = 20

export type Budget = {
  succeeded: () => void
  /** Whether there is one more attempt, which is then taken. */
  spend: () => boolean
}

export const retryBudget = (): Budget => {
  let left = BEGINNING
  return {
    succeeded: () => {
      left = Math.min(MOST, left + SHARE)
    },
    spend: () => {
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}
