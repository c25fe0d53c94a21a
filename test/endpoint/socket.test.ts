import { beforeEach, describe, expect, test } from '@jest/globals'
import { Fault } from '../../lib/errors.ts'
import type { MemoryConnection } from '../fakes/connections.ts'
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
} from '../world/connected-people.ts'

before_each_a_service_that_pushes({ sendRate: { perSecond: 1, burst: 6 } })

const codeOf = ({ reply }: Awaited<ReturnType<typeof gateway.open>>) => [
  reply.statusCode,
  reply.body === '' ? undefined : JSON.parse(reply.body).code,
]

describe('a handshake', () => {
  test('with a token in the header opens a connection that is not pushed to yet', async () => {
    expect(codeOf(await gateway.open(alice.headers))).toEqual([200, undefined])
    expect(await pushing.connectionsOf(alice)).toEqual([])
  })

  test('with a token in a subprotocol is answered with the other subprotocol', async () => {
    const protocols = `dialogs.v1, bearer.${await pushing.tokenOf('alice')}`
    const { reply } = await gateway.open({ 'sec-websocket-protocol': protocols })
    expect([reply.statusCode, reply.headers['sec-websocket-protocol']]).toEqual([200, 'dialogs.v1'])
    expect(JSON.parse(reply.body)).toEqual({ user_id: 'alice' })
  })

  test.each([
    ['without a token', async () => ({}), 401, 40101],
    ['with another token', async () => ({ authorization: 'Bearer abc' }), 401, 40101],
    [
      'with two',
      async () => ({
        ...alice.headers,
        'sec-websocket-protocol': `bearer.${await pushing.tokenOf('alice')}`,
      }),
      401,
      40101,
    ],
    ['with an expired one', async () => (await pushing.somebody('alice', { exp: 1 })).headers, 401, 40101],
    [
      'of a page of another origin',
      async () => ({ ...alice.headers, origin: 'https://evil.test' }),
      403,
      40301,
    ],
    ['of a file', async () => ({ ...alice.headers, host: '', origin: 'file://' }), 403, 40301],
    [
      'of our own host by another protocol',
      async () => ({ ...alice.headers, origin: 'ftp://api.test' }),
      403,
      40301,
    ],
    ['of a page without an origin', async () => ({ ...alice.headers, origin: 'null' }), 403, 40301],
  ])('%s is refused, and nothing is written', async (_, headers, status, code) => {
    expect(codeOf(await gateway.open(await headers()))).toEqual([status, code])
    expect(app.memory.tables.rows('connections_by_id')).toEqual([])
  })

  test('of a page of our own, or of an origin that is allowed, opens a connection', async () => {
    expect(codeOf(await gateway.open({ ...alice.headers, origin: 'https://api.test' }))[0]).toBe(200)
    const config = app.config()
    app.config = () => ({ ...config, push: { origins: ['https://app.test'] } })
    expect(codeOf(await gateway.open({ ...alice.headers, origin: 'https://app.test' }))[0]).toBe(200)
  })

  test('with a withdrawn token is refused', async () => {
    await pushing.withdrawAll(alice)
    expect(codeOf(await gateway.open(alice.headers))).toEqual([401, 40101])
  })

  test('is refused where nothing is pushed, and while the database does not answer', async () => {
    app.memory.before = (statement) => {
      if (statement === 'putConnectionById') throw new Fault('database_unavailable', 'partitioned')
    }
    expect(codeOf(await gateway.open(alice.headers))).toEqual([503, 50301])
    app.memory.before = () => undefined
    app.reached = undefined
    expect(codeOf(await gateway.open(alice.headers))).toEqual([404, 40401])
  })
})

describe('a frame', () => {
  let connection: MemoryConnection
  beforeEach(async () => {
    connection = await gateway.connected(alice.headers)
  })

  test.each([
    ['that is not JSON', '{', 40001, undefined],
    ['that is not UTF-8', Buffer.from([0x22, 0xff, 0x22]).toString('latin1'), 40002, undefined],
    ['that is no object', '[]', 40002, undefined],
    ['without an action', { ref: 'r' }, 40002, undefined],
    ['with an unknown action', { action: '$disconnect', ref: 'r' }, 40002, 'r'],
    ['with an action that every object inherits', { action: 'constructor', ref: 'r' }, 40002, 'r'],
    ['with an invalid ref', { action: 'ping', ref: 7 }, 40002, undefined],
    ['over 32 KiB', { action: 'ping', ref: 'r', more: 'x'.repeat(32 * 1024) }, 41302, undefined],
    ['with a missing field', { action: 'send', ref: 'r', to: 'bob' }, 40002, 'r'],
    ['to nobody', { action: 'send', ref: 'r', to: '..', text: 'Hello' }, 40003, 'r'],
    ['with an invalid time', { action: 'ping', ref: 'r', since: 'yesterday' }, 40009, 'r'],
  ])('%s is refused as over HTTP, and the connection stays', async (_, frame, code, ref) => {
    const answer = await connection.says(frame)
    expect(answer).toMatchObject({
      type: 'error',
      code,
      message: expect.any(String),
      request_id: expect.any(String),
    })
    expect(answer['ref']).toBe(ref)
    expect(await connection.says({ action: 'ping' })).toMatchObject({ type: 'pong' })
    expect(connection.told).toEqual([])
  })

  test('may have 32 KiB, and one of a byte more is told the truth', async () => {
    const bytes = (count: number) => JSON.stringify({ action: 'ping', more: '' }).padEnd(count)
    expect(await connection.says(bytes(32_768))).toMatchObject({ type: 'pong' })
    const { code, message } = await connection.says(bytes(32_769))
    expect([code, message]).toEqual([41302, 'The frame is over 32 KiB'])
  })

  test('is answered with its ref, and a ping with what a client needs to know', async () => {
    const before = Date.now()
    expect(await connection.says({ action: 'ping', ref: 'r', since: new Date().toISOString() })).toEqual({
      ...{ type: 'pong', ref: 'r', behind: false, ping_seconds: 30, reconnect_ms: 0 },
      now: expect.stringMatching(/^\d{4}-.*Z$/),
      expires_at: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    const { now, expires_at, behind } = await connection.says({ action: 'ping' })
    expect(Date.parse(String(now))).toBeGreaterThanOrEqual(before - 1)
    expect(Date.parse(String(expires_at))).toBeGreaterThan(before + 500_000)
    expect(behind).toBe(true)
  })

  test('is taken only from an event of its type, whatever the route', async () => {
    const event = gateway.eventOf('MESSAGE', connection.id, { body: '{}' })
    expect((await gateway.handlers.disconnect(event)).statusCode).toBe(404)
    expect((await gateway.handlers.connect({ ...event, headers: alice.headers })).statusCode).toBe(404)
    expect(await pushing.connectionsOf(alice)).toHaveLength(1)
  })

  test('that sends stores one message for each key, over HTTP and here', async () => {
    const answer = await connection.says({ action: 'send', ref: 'r', to: 'bob', text: 'Hello', key: 'k' })
    expect(answer).toMatchObject({
      type: 'ack',
      ref: 'r',
      message: { from: 'alice', to: 'bob', text: 'Hello' },
    })
    const again = await when.they_send(service, alice, bob, 'Hello', 'k')
    expect(JSON.parse(again.text)).toEqual(answer['message'])
    const other = await connection.says({ action: 'send', to: 'bob', text: 'Another', key: 'k' })
    expect(other).toMatchObject({ type: 'error', code: 42201 })
  })

  test('that sends counts with what was sent over HTTP', async () => {
    for (const text of ['1', '2', '3']) then.it_succeeds(await when.they_send(service, alice, bob, text))
    for (const text of ['4', '5', '6'])
      expect(await connection.says({ action: 'send', to: 'bob', text })).toMatchObject({ type: 'ack' })
    expect(await connection.says({ action: 'send', to: 'bob', text: '7' })).toMatchObject({ code: 42901 })
  })

  test('of somebody whose token is withdrawn is refused, and the connection is closed', async () => {
    await pushing.withdrawAll(alice)
    expect(await connection.says({ action: 'send', to: 'bob', text: 'late' })).toMatchObject({ code: 40101 })
    expect(connection.told).toEqual([{ type: 'bye', code: 4401, reconnect_ms: 0 }])
    expect(app.memory.tables.rows('messages')).toEqual([])
  })

  test('on a connection that has ended is refused', async () => {
    await connection.ends()
    expect(await pushing.connectionsOf(alice)).toEqual([])
    expect(await connection.says({ action: 'ping' })).toMatchObject({ code: 40101 })
  })

  test('is answered while the database is unavailable, and the connection stays', async () => {
    app.memory.before = () => {
      throw new Fault('database_unavailable', 'gone')
    }
    expect(await connection.says({ action: 'ping' })).toMatchObject({ type: 'error', code: 50301 })
    app.memory.before = () => undefined
    expect(await connection.says({ action: 'ping' })).toMatchObject({ type: 'pong' })
  })
})
