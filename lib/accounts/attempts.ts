/** How many attempts are too many: counted by subject, and refused for a time that doubles. Nobody is made to wait here. */
import { Fault } from '../errors.ts'
import type { Store } from '../store/store.ts'

export type Counted = { subject: string; failures: number; atMs: number }
type Counting = { store: Pick<Store, 'readFailures' | 'setFailures'>; now: () => number }

/** The wait after the last free attempt, and the longest. */
const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 15 * 60_000
/** How long a count outlives its last attempt: far longer than any wait. */
const KEPT_SECONDS = 24 * 60 * 60
/** Others may be counting at the same moment: as many as hashes are being computed. */
const TRIES = 10

/** @throws Fault `too_many_attempts` with the seconds that are left */
export const refuseTooMany = (counted: Counted | undefined, free: number, nowMs: number): void => {
  if (!counted || counted.failures < free) return
  const waitMs = waitAfter(counted, free)
  // By the clock of another instance, which may be ahead of ours.
  const leftMs = Math.min(waitMs, counted.atMs + waitMs - nowMs)
  if (leftMs > 0) throw tooMany(leftMs)
}

/**
 * For an attempt that was not refused: whether others have used up meanwhile what it was allowed. Then its outcome must not
 * be told, and a hundred attempts at once tell no more than as many one after the other.
 * @param begun what was counted when the attempt began
 * @param others what has been counted since, without this attempt
 * @throws Fault `too_many_attempts`
 */
export const refuseOvertaken = (begun: Counted | undefined, others: number, free: number): void => {
  const allowed = Math.max(free, (begun?.failures ?? 0) + 1)
  if (others >= allowed) throw tooMany(waitAfter({ failures: others }, free))
}

const waitAfter = ({ failures }: Pick<Counted, 'failures'>, free: number) =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - free))

const tooMany = (leftMs: number) =>
  new Fault('too_many_attempts', 'too many attempts', {
    headers: { 'retry-after': String(Math.ceil(leftMs / 1000)) },
  })

/**
 * Counts one more. Many at once are as many as one after the other: none overwrites the count of another.
 * @returns how many were counted before this one
 * @throws Fault `database_unavailable`, `write_in_doubt`
 */
export const countAttempt = async (
  subject: string,
  known: Counted | undefined,
  { store, now }: Counting,
): Promise<number> => {
  let last = known
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const others = last?.failures ?? 0
    const next = { failures: others + 1, atMs: now() }
    if (await store.setFailures(subject, last?.failures, next, KEPT_SECONDS)) return others
    ;[last] = await store.readFailures([subject])
  }
  throw new Fault('database_unavailable', 'counted by too many at once')
}

/** A new beginning. Whoever counts at the same moment wins. */
export const forget = async (counted: Counted | undefined, { store, now }: Counting): Promise<void> => {
  if (!counted || counted.failures === 0) return
  await store.setFailures(counted.subject, counted.failures, { failures: 0, atMs: now() }, KEPT_SECONDS)
}
