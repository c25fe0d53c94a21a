/** Waiting for what happens by itself, and the time that a thing takes. */
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 20
/** Far longer than anything here takes: it ends a wait for what never happens, and is no measure of speed. */
const LIMIT_MS = 50_000

/**
 * The service replies within its deadline of 4.5 s: test/endpoint/database.test.ts holds it to the millisecond, on a clock
 * that stands still. On a real clock a busy machine adds to that, so twice as much is allowed: a request that waits past
 * its deadline, or begins a second one, still takes longer.
 */
export const TWO_DEADLINES_MS = 9_000

/** @throws Error that names the condition when it does not hold in time */
export const until = async (what: string, holds: () => boolean): Promise<void> => {
  const deadline = performance.now() + LIMIT_MS
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`not within ${LIMIT_MS} ms: ${what}`)
    await sleep(POLL_MS)
  }
}

/** Asks again and again. @throws Error when it does not hold in time */
export const until_it_holds = async (holds: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + LIMIT_MS
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${LIMIT_MS} ms`)
    await sleep(POLL_MS)
  }
}

/** The result, and how long it took. */
export const timed = async <T>(work: Promise<T>): Promise<{ result: T; tookMs: number }> => {
  const began = performance.now()
  const result = await work
  return { result, tookMs: performance.now() - began }
}
