/** Time that passes only when a test advances it. */
import { jest } from '@jest/globals'

/** Sockets, files and cryptography work as usual; `jest.useRealTimers()` ends it. */
export const time_stands_still = () => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] })

const TIMERS = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
] as const

/** Only the wall clock stands still: timers and the monotonic clock go on. `jest.useRealTimers()` ends it. */
export const the_clock_stands_at = (unixMs: number) =>
  jest.useFakeTimers({
    now: unixMs,
    doNotFake: [...TIMERS, 'nextTick', 'queueMicrotask', 'performance', 'hrtime'],
  })

/** What sockets have ready is handled in one. */
export const a_turn = () => new Promise((resolve) => setImmediate(resolve))

export const turns = async (count: number) => {
  for (let passed = 0; passed < count; passed += 1) await a_turn()
}

/** Far more than anything here takes. */
const MOST_TURNS = 100_000

/** Waiting while time stands still: sockets go on. @throws Error when it does not come to hold */
export const until_it_is = async (holds: () => boolean): Promise<void> => {
  for (let passed = 0; !holds(); passed += 1) {
    if (passed === MOST_TURNS) throw new Error(`not within ${MOST_TURNS} turns: ${holds}`)
    await a_turn()
  }
}
