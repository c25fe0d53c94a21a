/**
 * The budget of attempts beyond the first: a share of recent successes, so that a slow or broken database does not get
 * several times the load of a healthy one. Like gRPC's retry throttling (proposal A6) and Finagle's retry budget.
 */

/** One more for every ten successes; the defaults of both of the above are a tenth to a fifth. */
const SHARE = 0.1
/** The most that can be saved up: for the moment when a node dies with every statement in flight to it. */
const MOST = 500
/** The initial budget, before the first success. */
const BEGINNING = 40
/** Reserved for retries after failures: a statement that is merely slow may still be answered. */
const FOR_RETRIES = 20

/** Each takes one attempt if there is one left, and says whether it did. */
export type Budget = {
  succeeded: () => void
  /** After a failure. */
  retry: () => boolean
  /** A speculative execution beside a slow one. */
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
