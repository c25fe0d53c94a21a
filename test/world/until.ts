/** Waits for what must come about by itself. */
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 20

/** @throws Error with these words when it has not come about in time */
export const until = async (what: string, isSo: () => boolean, withinMs: number): Promise<void> => {
  const deadline = performance.now() + withinMs
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`)
    await sleep(POLL_MS)
  }
}

/** The result, and how long it took. */
export const timed = async <T>(work: Promise<T>): Promise<{ result: T; tookMs: number }> => {
  const began = performance.now()
  const result = await work
  return { result, tookMs: performance.now() - began }
}
