/** Time that passes when a test says so. */
import { jest } from '@jest/globals'

/** Sockets, files and keys go on as ever; `jest.useRealTimers()` ends it. */
export const time_stands_still = () => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] })
