import { describe, expect, jest, test } from '@jest/globals'
import { HERE, type MemoryConnection } from '../fakes/connections.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import {
  alice,
  app,
  before_each_a_service_that_pushes,
  bob,
  gateway,
  pushing,
  service,
  texts,
} from '../world/connected-people.ts'

before_each_a_service_that_pushes()

describe('a connection', () => {
  test('is one of at most twenty of its person: beyond that, the oldest is told so, and closed', async () => {
    const all: MemoryConnection[] = []
    const before = Date.now()
    for (let count = 0; count < 21; count += 1) {
      jest.spyOn(Date, 'now').mockReturnValue(before + count)
      all.push(await gateway.connected(alice.headers))
    }
    jest.restoreAllMocks()
    expect(all.map(({ told }) => told)).toEqual([
      [{ type: 'bye', code: 4408, reconnect_ms: 0 }],
      ...Array(20).fill([]),
    ])
    expect(await all[0]?.says({ action: 'ping' })).toMatchObject({ code: 40101 })
    expect(await pushing.connectionsOf(alice)).toHaveLength(20)
  })

  test('is one of at most twenty, however many are opened at once and ping at once', async () => {
    const all = await Promise.all(Array.from({ length: 60 }, () => gateway.open(alice.headers)))
    await Promise.all(all.map(({ connection }) => connection.says({ action: 'ping' })))
    expect(await pushing.connectionsOf(alice)).toHaveLength(20)
    then.it_succeeds(await when.they_send(service, bob, alice, 'Hello'))
    const devices = all.map(({ connection }) => connection)
    expect(devices.filter((device) => texts(device).length > 0)).toHaveLength(20)
    const closed = devices.filter(({ told }) =>
      told.some(({ type, code }) => type === 'bye' && code === 4408),
    )
    expect(closed).toHaveLength(40)
    for (const device of closed) expect(await device.says({ action: 'ping' })).toMatchObject({ code: 40101 })
  })

  test('hears a message once, however often its token was renewed at once, and has one row after its next ping', async () => {
    const one = await gateway.connected(alice.headers)
    const tokens = await Promise.all(Array.from({ length: 8 }, () => pushing.tokenOf('alice')))
    await Promise.all(tokens.map((token) => one.says({ action: 'auth', token })))
    then.it_succeeds(await when.they_send(service, bob, alice, 'Hello'))
    expect(texts(one)).toEqual(['Hello'])
    await one.says({ action: 'ping' })
    expect(await pushing.connectionsOf(alice)).toHaveLength(1)
    then.it_succeeds(await when.they_send(service, bob, alice, 'Hello again'))
    expect(texts(one)).toEqual(['Hello', 'Hello again'])
  })

  test('is pushed to for as long as it pings: its row ends after three pings that have not come', async () => {
    jest.useFakeTimers({ now: Date.now(), doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] })
    const one = await gateway.connected(alice.headers)
    const passes = async (seconds: number) => {
      jest.setSystemTime(Date.now() + seconds * 1000)
      return (await pushing.connectionsOf(alice)).length
    }
    expect(await passes(98)).toBe(1)
    await one.says({ action: 'ping' })
    expect([await passes(98), await passes(3)]).toEqual([1, 0])
    jest.useRealTimers()
  })

  test('needs a token again after two hours and ten minutes, be it the same one, and is told so in time', async () => {
    const token = await pushing.tokenOf('alice', { exp: Math.floor(Date.now() / 1000) + 12 * 3_600 })
    const one = await gateway.connected({ authorization: `Bearer ${token}` })
    const untilMs = async (frame: object) =>
      Date.parse(String((await one.says(frame))['expires_at'])) - Date.now()
    expect((await untilMs({ action: 'ping' })) / 60_000).toBeCloseTo(130, 0)
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000)
    expect((await untilMs({ action: 'ping' })) / 60_000).toBeCloseTo(70, 0)
    expect((await untilMs({ action: 'auth', token })) / 60_000).toBeCloseTo(130, 0)
    jest.restoreAllMocks()
  })

  test('goes on with a new token of its person', async () => {
    const soon = await pushing.somebody('alice', { exp: Math.floor(Date.now() / 1000) + 60 })
    const one = await gateway.connected(soon.headers)
    const answer = await one.says({ action: 'auth', ref: 'r', token: await pushing.tokenOf('alice') })
    expect(answer).toMatchObject({ type: 'pong', ref: 'r' })
    expect(Date.parse(String(answer['expires_at']))).toBeGreaterThan(Date.now() + 500_000)
    then.it_succeeds(await when.they_send(service, bob, alice, 'Hello'))
    expect(texts(one)).toEqual(['Hello'])
    expect(await pushing.connectionsOf(alice)).toMatchObject([{ endpoint: HERE }])
  })

  test.each([
    ['of another person', () => pushing.tokenOf('mallory')],
    ['that is not a token', async () => 'abc'],
    ['that has expired', () => pushing.tokenOf('alice', { exp: 1 })],
  ])('is closed if its new token is one %s', async (_, token) => {
    const one = await gateway.connected(alice.headers)
    expect(await one.says({ action: 'auth', token: await token() })).toMatchObject({ code: 40101 })
    expect(one.told).toEqual([{ type: 'bye', code: 4401, reconnect_ms: 0 }])
  })

  test.each([
    ['its token', {}],
    ['its session', { session: 's' }],
    ['everything', { all: true }],
  ])(
    'is closed, and told nothing more, once %s is withdrawn; one of another token only if everything is',
    async (_, what) => {
      const [mine, other] = [
        await pushing.somebody('alice', { sid: 's' }),
        await pushing.somebody('alice', { sid: 'other' }),
      ]
      const [one, another] = [await gateway.connected(mine.headers), await gateway.connected(other.headers)]
      then.it_is_done(await when.they_revoke(service, mine, what))
      const bye = [{ type: 'bye', code: 4401, reconnect_ms: 0 }]
      expect([one.told, another.told]).toEqual([bye, 'all' in what ? bye : []])
      then.it_succeeds(await when.they_send(service, bob, alice, 'Hello'))
      expect(one.told).toEqual(bye)
      expect(texts(another).includes('Hello')).toBe(!('all' in what))
    },
  )

  test('leaves no token and no text in the log', async () => {
    const [a, b] = [await gateway.connected(alice.headers), await gateway.connected(bob.headers)]
    const token = await pushing.tokenOf('alice')
    await a.says({ action: 'send', to: 'bob', text: 'a-secret-text', key: 'a-secret-key' })
    await a.says({ action: 'auth', token })
    await b.says({ action: 'send', to: 'alice', text: '', token })
    await b.says(`{"token":"${token}`)
    const log = app.lines.join()
    expect(log).toContain('"operation":"renewToken"')
    for (const secret of [token, 'a-secret-text', 'a-secret-key', alice.headers['authorization']?.slice(7)])
      expect(log).not.toContain(String(secret))
  })
})
