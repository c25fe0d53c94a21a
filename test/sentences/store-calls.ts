/** How statements affect the call that they belong to, and it them, for every database engine. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { startCall } from '../../lib/call.ts'
import { Fault } from '../../lib/errors.ts'
import { AFTER_ALL_MESSAGES, dialogIdOf, messageIdAt } from '../../lib/model/ids.ts'
import { GENESIS } from '../../lib/timeline/bucket.ts'
import { type Engine, messageAt, user } from './engine.ts'

export const callSentences = (engine: () => Pick<Engine, 'storeFor'>): void => {
  const [alice, bob] = [user('alice'), user('bob')]
  const [dialog, message] = [dialogIdOf(alice, bob), messageAt(1, alice, bob)]

  test('a call counts its round trips', async () => {
    const call = startCall(5_000)
    const store = engine().storeFor(call)
    await store.databaseTime()
    await store.schemaIsCurrent()
    expect(call.roundTrips).toBe(2)
  })

  test('a call knows from when on something may be stored, and is not marked by a read', async () => {
    const call = startCall(5_000)
    const store = engine().storeFor(call)
    await store.databaseTime()
    expect(call.writes).toBe(0)
    const writes = [
      store.insertMessage(dialog, GENESIS, message),
      store.insertMessage(dialog, GENESIS, { ...message, id: messageIdAt(1, randomBytes(10)) }),
    ]
    await Promise.race(writes)
    expect(call.writes).toBeGreaterThan(0)
    await Promise.all(writes)
    expect(call.writes).toBe(2)
  })

  describe('of a caller whose permission is being found out', () => {
    const waiting = async () => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const call = Object.assign(startCall(30_000), { permission: promise })
      const written = { ...message, id: messageIdAt(3, randomBytes(10)) }
      const writing = engine().storeFor(call).insertMessage(dialog, GENESIS, written)
      writing.catch(() => undefined)
      const isStored = async () => {
        const page = await engine().storeFor(call).messagesBefore(dialog, GENESIS, AFTER_ALL_MESSAGES, 200)
        return page.rows.some(({ id }) => id === written.id)
      }
      // Reads do not wait, and by the time that they are answered, a write that does not wait has been sent long ago.
      for (let reads = 0; reads < 5; reads += 1) expect(await isStored()).toBe(false)
      expect([call.roundTrips, call.writes]).toEqual([5, 0])
      return { call, writing, isStored, permit: resolve, refuse: reject }
    }

    test('a write begins once that is granted', async () => {
      const { call, writing, isStored, permit } = await waiting()
      permit()
      await writing
      expect(call.writes).toBe(1)
      expect(await isStored()).toBe(true)
    })

    test('a write never begins if that is refused, or granted too late', async () => {
      const refused = await waiting()
      refused.refuse(new Fault('unauthorized', 'withdrawn'))
      await expect(refused.writing).rejects.toMatchObject({ kind: 'unauthorized' })
      expect(await refused.isStored()).toBe(false)
      const late = await waiting()
      late.call.giveUp()
      late.permit()
      await expect(late.writing).rejects.toMatchObject({ kind: 'database_unavailable' })
      expect([refused.call.writes, late.call.writes]).toEqual([0, 0])
    })
  })

  test('no statement starts after the deadline, or after the call was given up', async () => {
    const late = startCall(1)
    await sleep(5)
    const abandoned = startCall(5_000)
    abandoned.giveUp()
    const other = { ...message, id: messageIdAt(2, randomBytes(10)) }
    for (const expired of [late, abandoned]) {
      const insert = engine().storeFor(expired).insertMessage(dialog, GENESIS, other)
      await expect(insert).rejects.toMatchObject({ kind: 'database_unavailable' })
      expect([expired.roundTrips, expired.writes]).toEqual([0, 0])
    }
    const page = await engine()
      .storeFor(startCall(5_000))
      .messagesBefore(dialog, GENESIS, AFTER_ALL_MESSAGES, 9)
    expect(page.rows.map(({ id }) => id)).not.toContain(other.id)
  })
}
