/** What a request carries down to storage and back: its remaining time, and its cost so far. */

import type { Span } from './trace/span.ts'

export type Call = {
  /** Milliseconds until the deadline; not positive once it has passed or the call was given up. */
  remainingMs: () => number
  /** From now on no statement may start: the reply has been decided. */
  giveUp: () => void
  roundTrips: number
  /** Of these, what was sent to a node: more than one each where it was sent again. */
  attempts: number
  /** Writes that may be stored: in flight, done or in doubt. Only while there are none has the call certainly stored nothing. */
  writes: number
  /**
   * Whether the caller may be answered at all, while that is being found out: no write begins before it has resolved.
   * Undefined when there is nothing to find out.
   */
  permission: Promise<void> | undefined
  /** What its steps are recorded under. Undefined: nothing is recorded. */
  span: Span | undefined
  /** Further facts about storage, for the request's log line. */
  facts: Facts
}

/**
 * `lanes`: partitions of the time bucket written to, or read for a page (on both sides of one that has two); `opened`: the
 * time bucket that was opened.
 */
export type Facts = { lanes?: number; opened?: number }

/** Uses the monotonic clock: a step of the wall clock must not stretch a deadline. */
class TimedCall implements Call {
  roundTrips = 0
  attempts = 0
  writes = 0
  permission: Promise<void> | undefined
  span: Span | undefined
  readonly facts: Facts = {}
  private end: number

  constructor(budgetMs: number) {
    this.end = performance.now() + budgetMs
  }

  remainingMs() {
    return this.end - performance.now()
  }

  giveUp() {
    this.end = Number.NEGATIVE_INFINITY
  }
}

export const startCall = (budgetMs: number): Call => new TimedCall(budgetMs)
