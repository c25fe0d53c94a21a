import { beforeEach, describe, expect, jest, test } from '@jest/globals'
import {
  type a_gateway_before,
  a_service_that_pushes,
  HERE,
  type MemoryConnection,
} from '../fakes/connections.ts'
import type * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import type { Service } from '../world/service.ts'

let pushing: Awaited<ReturnType<typeof a_service_that_pushes>>
let app: given.MemoryApp
let gateway: ReturnType<typeof a_gateway_before>
let service: Service
let alice: given.Person
let bob: given.Person

beforeEach(async () => {
  pushing = await a_service_that_pushes()
  ;({ app, gateway, service, alice, bob } = pushing)
})

const texts = ({ told }: MemoryConnection) =>
  told.flatMap(({ message }) => (message ? [(message as { text: string }).text] : []))

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
