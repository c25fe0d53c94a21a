/** Whether a client's connections can still be trusted: when they were used, what timed out, what is on its way. */

export type Health = {
  /** In unix milliseconds: the clock that goes on while a function is frozen. */
  usedAt: number
  timeoutsInARow: number
  /** By performance.now(). */
  timedOutAt: number
  underWay: Set<Promise<unknown>>
}

const MAX_IDLE_MS = 30_000
const MAX_TIMEOUTS_IN_A_ROW = 2

export const goodHealth = (): Health => ({
  usedAt: Date.now(),
  timeoutsInARow: 0,
  timedOutAt: Number.NEGATIVE_INFINITY,
  underWay: new Set(),
})

/**
 * A function's connections die unnoticed while it is frozen, which shows itself as a long time without use. And a
 * connection can go silent without being closed: the driver drops it after several time-outs of prepared statements,
 * but never if what times out is a PREPARE.
 */
export const isStale = ({ usedAt, timeoutsInARow }: Health): boolean =>
  timeoutsInARow >= MAX_TIMEOUTS_IN_A_ROW || Math.abs(Date.now() - usedAt) > MAX_IDLE_MS

/**
 * All statements of one stall time out together: only one that began after the last time-out is another in a row.
 * @param beganAt by performance.now()
 */
export const countTimeout = (health: Health, beganAt: number): void => {
  if (beganAt < health.timedOutAt) return
  health.timeoutsInARow += 1
  health.timedOutAt = performance.now()
}

/** Keeps a statement among those under way until it has ended. */
export const seenThrough = async <T>({ underWay }: Health, statement: Promise<T>): Promise<T> => {
  underWay.add(statement)
  try {
    return await statement
  } finally {
    underWay.delete(statement)
  }
}
