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
