/** What a presented refresh token is worth: decided by the session's row and the time alone (docs/decisions/0033). */
import type { Session } from '../model/session.ts'

/** How long the previous token is answered with its successor: the reply may have been lost, or another tab was first. */
export const REPEAT_MS = 30_000

/**
 * How long a session rests after each change. Whatever was under way at the change is over by then: a successor that was
 * handed out after REPEAT_MS is stored within 10 s, and a request with the token that it replaces is decided within
 * 19.5 s of its reading that token; clocks differ by 0.5 s.
 */
export const REST_MS = 60_000

export type Decision =
  /** A new generation, if the session is still in the generation of the row. */
  | { act: 'rotate'; next: Session }
  /** The current generation, which is known to have been handed out or lost. */
  | { act: 'repeat'; generation: number }
  /** No new refresh token: the presented one remains good. */
  | { act: 'keep' }
  /** A token that was replaced or skipped: two parties hold tokens of one session. */
  | { act: 'theft' }
  /** The row has not reached this generation: another data centre has, and is not heard of here yet. */
  | { act: 'behind' }

/** Previous after the rest: its successor was never used, and is skipped. Its holder may be a thief, or nobody. */
export const decide = (session: Session, presented: number, nowMs: number): Decision => {
  const { generation, previous, rotatedAtMs } = session
  if (presented > generation) return { act: 'behind' }
  if (presented !== generation && presented !== previous) return { act: 'theft' }
  // Below zero, if another instance's clock is ahead.
  const ageMs = nowMs - rotatedAtMs
  if (ageMs > REST_MS)
    return {
      act: 'rotate',
      next: { generation: generation + 1, previous: presented, rotatedAtMs: nowMs },
    }
  if (presented === previous && ageMs <= REPEAT_MS) return { act: 'repeat', generation }
  return { act: 'keep' }
}
