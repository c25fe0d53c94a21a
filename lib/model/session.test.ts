import { expect, test } from '@jest/globals'
import { endOfSession, parseSessionId, sessionIdAt } from './session.ts'

test('a session ends thirty days after the moment in its id, to the millisecond', () => {
  const begunMs = Date.UTC(2026, 10, 29, 12, 0, 0, 123)
  expect(endOfSession(sessionIdAt(begunMs, new Uint8Array(10)))).toBe(Date.UTC(2026, 11, 29, 12, 0, 0, 123))
})

test('only a UUIDv7 is the id of a session', () => {
  const id = sessionIdAt(1_800_000_000_000, new Uint8Array(10))
  expect(parseSessionId(id)).toBe(id)
  expect(parseSessionId('0198c5a4-7d1e-4b7a-9c55-0d9c6a5d4e3f')).toBeUndefined()
})
