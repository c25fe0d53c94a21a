/** The guarantees of the port for connections, for every database engine. */
import { randomUUID } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { startCall } from '../../lib/call.ts'
import type { Connection, ConnectionId, Device } from '../../lib/model/connection.ts'
import type { UserId } from '../../lib/model/ids.ts'
import type { ConnectionPath } from '../../lib/store/store.ts'
import { type Engine, user } from './engine.ts'

const AT_MS = 1_700_000_000_123
const HOUR_SECONDS = 3_600

const a_connection = (of: UserId, made: Partial<Connection> = {}): Connection => ({
  id: randomUUID() as string as ConnectionId,
  user: of,
  endpoint: 'http://127.0.0.1:1/socket',
  session: 'sid:one',
  token: 'jti:one',
  issuedMs: AT_MS - 1,
  connectedMs: AT_MS,
  expiresMs: AT_MS + 1_000,
  ...made,
})

const deviceOf = ({ issuedMs: _, expiresMs: __, ...device }: Connection): Device => device

export const connectionSentences = (engine: () => Pick<Engine, 'storeFor'>): void => {
  const store = () => engine().storeFor(startCall(30_000))
  const put = (connection: Connection, atMs = AT_MS) => store().putConnection(connection, atMs, HOUR_SECONDS)
  const devices = async (of: UserId) =>
    (await store().readConnections([of])).sort((one, other) => (one.id < other.id ? -1 : 1))
  const sorted = (connections: Connection[]) =>
    connections.map(deviceOf).sort((one, other) => (one.id < other.id ? -1 : 1))

  describe('connections', () => {
    test.each([1, 2, 3, 100])('of %i people are found at once, and those of nobody else', async (count) => {
      const people = Array.from({ length: count }, () => user('alice'))
      const all = people.map((person) => a_connection(person))
      for (const one of [...all, a_connection(user('carol'))]) await put(one)
      const found = await store().readConnections(people)
      expect(found.map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort())
    })

    test('are found by their person, and no others', async () => {
      const [alice, bob] = [user('alice'), user('bob')]
      const { session: _, ...withoutSession } = a_connection(alice, { token: 'tok:digest' })
      const all = [withoutSession, a_connection(alice), a_connection(alice, { token: 'jti:two' })]
      for (const one of [...all, a_connection(bob)]) await put(one)
      expect(await devices(alice)).toEqual(sorted(all))
      expect(await devices(user('carol'))).toEqual([])
    })

    test('are found by their id, as long as they are there, with all that their token says', async () => {
      const { session: _, ...withoutSession } = a_connection(user('alice'))
      for (const one of [withoutSession, a_connection(user('bob'))]) {
        await store().putConnectionById(one, HOUR_SECONDS)
        expect(await store().readConnectionById(one.id)).toEqual(one)
        const renewed = {
          ...one,
          token: 'jti:next',
          connectedMs: AT_MS + 1,
          expiresMs: AT_MS + 2_000,
        } as const
        for (const each of [renewed, one]) await store().putConnectionById(each, HOUR_SECONDS)
        expect(await store().readConnectionById(one.id)).toEqual(renewed)
        await store().removeConnectionById(one.id)
        expect(await store().readConnectionById(one.id)).toBeUndefined()
      }
    })

    test('are removed one by one, by token, by session, or all of a person, and no others', async () => {
      const alice = user('alice')
      const [one, two] = [a_connection(alice), a_connection(alice)]
      const other = a_connection(alice, { token: 'jti:two' })
      const { session: _, ...unbound } = a_connection(alice)
      const elsewhere = a_connection(alice, { session: 'sid:two' })
      for (const each of [one, two, other, unbound, elsewhere]) await put(each)
      const after_removing = async (...path: ConnectionPath) => {
        await store().removeConnections(alice, path, AT_MS)
        return devices(alice)
      }
      expect(await after_removing('sid:one', 'jti:one', one.id)).toEqual(
        sorted([two, other, unbound, elsewhere]),
      )
      expect(await after_removing('sid:one', 'jti:one')).toEqual(sorted([other, unbound, elsewhere]))
      expect(await after_removing('sid:one')).toEqual(sorted([unbound, elsewhere]))
      expect(await after_removing('')).toEqual(sorted([elsewhere]))
      expect(await after_removing()).toEqual([])
    })

    test.each<[string, ConnectionPath]>([
      ['its person', []],
      ['its session', ['sid:one']],
      ['its token', ['sid:one', 'jti:one']],
    ])('that are written late stay removed with %s, and those from after it are there', async (_, path) => {
      const alice = user('alice')
      const [late, later] = [a_connection(alice), a_connection(alice)]
      await store().removeConnections(alice, path, AT_MS + 5)
      await put(late, AT_MS + 5)
      await put(later, AT_MS + 6)
      expect(await devices(alice)).toEqual(sorted([later]))
    })
  })
}

/** For engines whose rows expire. */
export const connectionEndSentences = (engine: () => Pick<Engine, 'storeFor' | 'until'>): void => {
  const store = () => engine().storeFor(startCall(30_000))

  test('connections expire, unless they are written again', async () => {
    const [alice, bob] = [user('alice'), user('bob')]
    const [kept, left] = [a_connection(alice), a_connection(bob)]
    for (const one of [kept, left]) {
      await store().putConnection(one, AT_MS, 1)
      await store().putConnectionById(one, 1)
    }
    await store().putConnection(kept, AT_MS + 1, HOUR_SECONDS)
    const renewed = { ...kept, connectedMs: AT_MS + 1 }
    await store().putConnectionById(renewed, HOUR_SECONDS)
    await engine().until(async () => (await store().readConnections([bob])).length === 0)
    await engine().until(async () => (await store().readConnectionById(left.id)) === undefined)
    expect(await store().readConnections([alice])).toEqual([deviceOf(kept)])
    expect(await store().readConnectionById(kept.id)).toEqual(renewed)
  })
}
