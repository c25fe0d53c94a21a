import { expect, test } from '@jest/globals'
import { stateOf } from './status.ts'

test('the state follows from the stored standing, the process and the port', () => {
  const running = { pid: 1, paused: false }
  expect(stateOf('member', running, true)).toBe('up')
  expect(stateOf('member', running, false)).toBe('starting')
  expect(stateOf('joining', running, true)).toBe('joining')
  expect(stateOf('leaving', running, true)).toBe('leaving')
  expect(stateOf('member', { pid: 1, paused: true }, true)).toBe('paused')
  // Somebody else may answer at the port of a node that does not run.
  expect(stateOf('member', undefined, true)).toBe('down')
  expect(stateOf('leaving', undefined, false)).toBe('down')
  expect(stateOf('joining', undefined, false)).toBe('unfinished')
})
