/** Time that passes when a test says so. */
import { jest } from '@jest/globals'

/** Sockets, files and keys go on as ever; `jest.useRealTimers()` ends it. */
export const time_stands_still = () => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] })

const TIMERS = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
] as const

/** The wall clock alone: timers and the monotonic clock go on. `jest.useRealTimers()` ends it. */
export const the_clock_stands_at = (unixMs: number) =>
  jest.useFakeTimers({
    now: unixMs,
    doNotFake: [...TIMERS, 'nextTick', 'queueMicrotask', 'performance', 'hrtime'],
  })
