/** The guarantees of the port for sessions, for every database engine. */
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { startCall } from '../../lib/call.ts'
import type { UserId } from '../../lib/model/ids.ts'
import { type Session, type SessionId, sessionIdAt } from '../../lib/model/session.ts'
import type { Store } from '../../lib/store/store.ts'
import { type Engine, user } from './engine.ts'

const AT_MS = 1_700_000_000_123
const ENDS_MS = AT_MS + 3_600_000
const FIRST: Session = { generation: 0, rotatedAtMs: AT_MS }
const NEXT: Session = { generation: 1, previous: 0, rotatedAtMs: AT_MS + 5 }

const an_id = (unixMs = AT_MS) => sessionIdAt(unixMs, randomBytes(10))

const a_session_in = async (store: Store, alice: UserId, endsMs = ENDS_MS): Promise<SessionId> => {
  const id = an_id()
  expect(await store.insertSession(alice, id, FIRST, endsMs)).toBe(true)
  return id
}

export const sessionSentences = (engine: () => Pick<Engine, 'storeFor'>): void => {
  const store = () => engine().storeFor(startCall(30_000))
  const a_session = (alice: UserId) => a_session_in(store(), alice)

  describe('a session', () => {
    test('is begun once, and is that of one person', async () => {
      const alice = user('alice')
      const id = await a_session(alice)
      expect(await store().insertSession(alice, id, NEXT, ENDS_MS)).toBe(false)
      expect(await store().readSession(alice, id)).toEqual(FIRST)
      expect(await store().readSession(alice, an_id())).toBeUndefined()
      expect(await store().readSession(user('bob'), id)).toBeUndefined()
      expect(await store().rotateSession(user('bob'), id, 0, NEXT, ENDS_MS)).toBe(false)
    })

    test('is listed with all others of its person, newest first, or the newest of them', async () => {
      const alice = user('alice')
      const ids = [3, 1, 2].map((ms) => an_id(AT_MS + ms))
      for (const id of ids) await store().insertSession(alice, id, FIRST, ENDS_MS)
      await store().rotateSession(alice, ids[0] as SessionId, 0, NEXT, ENDS_MS)
      const [third, first, second] = ids
      const listed = [{ id: third, ...NEXT }, ...[second, first].map((id) => ({ id, ...FIRST }))]
      expect(await store().readSessions(alice, 10)).toEqual(listed)
      expect(await store().readSessions(alice, 3)).toEqual(listed)
      expect(await store().readSessions(alice, 2)).toEqual(listed.slice(0, 2))
      expect(await store().readSessions(user('bob'), 10)).toEqual([])
    })

    test('rotates from the generation that it has, and from no other', async () => {
      const alice = user('alice')
      const id = await a_session(alice)
      expect(await store().rotateSession(alice, id, 1, NEXT, ENDS_MS)).toBe(false)
      expect(await store().readSession(alice, id)).toEqual(FIRST)
      expect(await store().rotateSession(alice, id, 0, NEXT, ENDS_MS)).toBe(true)
      expect(await store().rotateSession(alice, id, 0, NEXT, ENDS_MS)).toBe(false)
      expect(await store().readSession(alice, id)).toEqual(NEXT)
      const last = { generation: 2, rotatedAtMs: AT_MS + 6 }
      expect(await store().rotateSession(alice, id, 1, last, ENDS_MS)).toBe(true)
      expect(await store().readSession(alice, id)).toEqual(last)
    })

    test('rotates for one of several concurrent requests', async () => {
      const alice = user('alice')
      const id = await a_session(alice)
      const next = Array.from({ length: 8 }, (_, index) => ({ ...NEXT, rotatedAtMs: AT_MS + index }))
      const rotated = await Promise.all(next.map((one) => store().rotateSession(alice, id, 0, one, ENDS_MS)))
      expect(rotated.filter(Boolean)).toHaveLength(1)
      expect(await store().readSession(alice, id)).toEqual(next[rotated.indexOf(true)])
    })

    test('that is ended does not come back, and no other one ends', async () => {
      const alice = user('alice')
      const [id, other] = [await a_session(alice), await a_session(alice)]
      await store().endSession(alice, id)
      expect(await store().readSession(alice, id)).toBeUndefined()
      expect(await store().rotateSession(alice, id, 0, NEXT, ENDS_MS)).toBe(false)
      expect(await store().readSessions(alice, 10)).toEqual([{ id: other, ...FIRST }])
      await store().endSession(alice, id)
      await store().endSession(user('bob'), other)
      expect(await store().readSession(alice, other)).toEqual(FIRST)
    })
  })
}

/** For engines whose rows expire. */
export const sessionEndSentences = (engine: () => Pick<Engine, 'storeFor' | 'until'>): void => {
  const store = () => engine().storeFor(startCall(30_000))
  const a_session = (alice: UserId, endsMs?: number) => a_session_in(store(), alice, endsMs)
  const until_gone = (alice: UserId, id: SessionId) =>
    engine().until(async () => (await store().readSession(alice, id)) === undefined)

  describe('the end of a session', () => {
    test.each([
      ['within a second', AT_MS + 1],
      ['at the very moment', AT_MS],
      ['in the past', AT_MS - 86_400_000],
    ])('%s does not mean that it never ends', async (_, endsMs) => {
      const alice = user('alice')
      const id = await a_session(alice, endsMs)
      await until_gone(alice, id)
      expect(await store().readSessions(alice, 10)).toEqual([])
      expect(await store().rotateSession(alice, id, 0, NEXT, ENDS_MS)).toBe(false)
    })

    test('is not before its time', async () => {
      const alice = user('alice')
      const rotatedAtMs = await store().databaseTime()
      const [id, endsMs] = [an_id(), rotatedAtMs + 1_000]
      await store().insertSession(alice, id, { generation: 0, rotatedAtMs }, endsMs)
      await until_gone(alice, id)
      expect(await store().databaseTime()).toBeGreaterThanOrEqual(endsMs)
    })

    test('is that of its last rotation, even an earlier one, and nothing of it remains', async () => {
      const alice = user('alice')
      const [id, other] = [await a_session(alice), await a_session(alice)]
      expect(await store().rotateSession(alice, id, 0, NEXT, NEXT.rotatedAtMs + 1_000)).toBe(true)
      await until_gone(alice, id)
      expect(await store().rotateSession(alice, id, 1, NEXT, ENDS_MS)).toBe(false)
      expect(await store().readSessions(alice, 10)).toEqual([{ id: other, ...FIRST }])
    })

    test('is that of its last rotation, even a later one, and until then all of it is there', async () => {
      const alice = user('alice')
      const id = await a_session(alice, AT_MS + 2_000)
      expect(await store().rotateSession(alice, id, 0, NEXT, ENDS_MS)).toBe(true)
      await until_gone(alice, await a_session(alice, AT_MS + 2_000))
      expect(await store().readSession(alice, id)).toEqual(NEXT)
      expect(await store().readSessions(alice, 10)).toEqual([{ id, ...NEXT }])
      expect(await store().rotateSession(alice, id, 1, { ...NEXT, generation: 2 }, ENDS_MS)).toBe(true)
    })
  })
}
