/** What one request carries down to storage and back: the time it has left, and what it has cost so far. */

export type Call = {
  /** Milliseconds until the deadline; not positive once it has passed, or the call was given up. */
  remainingMs: () => number
  /** No statement may start any more: the reply has been decided. */
  giveUp: () => void
  roundTrips: number
  /** A write is on its way: were the call given up now, it might or might not be stored. */
  writing: boolean
  /** What the request log says of storage beside that. */
  facts: Facts
}

/**
 * `lanes`: partitions of the bucket written to, or read for a page (for each side of one that has two); `opened`: the
 * time bucket that was opened.
 */
export type Facts = { lanes?: number; opened?: number }

/** Measured by the monotonic clock: a step of the wall clock must not stretch a deadline. */
export const startCall = (budgetMs: number): Call => {
  let end = performance.now() + budgetMs
  return {
    remainingMs: () => end - performance.now(),
    giveUp: () => {
      end = Number.NEGATIVE_INFINITY
    },
    roundTrips: 0,
    writing: false,
    facts: {},
  }
}
