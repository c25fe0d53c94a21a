import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Message } from '../../examples/client.ts'
import { live } from '../../examples/live.ts'
import { type Accepted, a_scripted_service } from '../fakes/scripted-service.ts'

const NOW = '2026-11-21T09:30:31.000Z'
const A_MESSAGE: Message = {
  id: '01a1fd71-63d4-7e73-9332-3f70d03f6c86',
  from: 'alice',
  to: 'bob',
  text: 'Hello',
  sent_at: NOW,
}
const in_ms = (ms: number) => new Date(Date.parse(NOW) + ms).toISOString()
/** The next ping comes after 20 ms; the token lives for an hour. */
const pong = (more = {}) => ({
  type: 'pong',
  now: NOW,
  behind: false,
  expires_at: in_ms(3_600_000),
  ping_seconds: 0.02,
  reconnect_ms: 10,
  ...more,
})

describe('the live client of examples/', () => {
  let service: Awaited<ReturnType<typeof a_scripted_service>>
  let messages: AsyncGenerator<Message>
  let answer: () => { status: number; page: object[] }
  let token: string

  beforeEach(async () => {
    token = 'first'
    answer = () => ({ status: 200, page: [] })
    service = await a_scripted_service({ answer: () => answer() })
    messages = live(service.url, () => {
      if (token === 'no token') throw new Error(token)
      return token
    })
  })
  afterEach(async () => {
    jest.restoreAllMocks()
    await service.close()
  })
  /** Starts listening. What it hears first, or how it ends, may come before it is awaited. */
  const listen = () => {
    const heard = messages.next()
    heard.catch(() => undefined)
    return heard
  }
  const pinged = async (number: number, more = {}): Promise<Accepted> => {
    const connection = await service.connection(number)
    await connection.hears(0)
    connection.says(pong(more))
    return connection
  }
  /** Ends it: a message wakes it from waiting. */
  const stop = async (heard: Promise<IteratorResult<Message>>, { says }: Accepted) => {
    says({ type: 'message', message: A_MESSAGE })
    expect((await heard).value).toEqual(A_MESSAGE)
    await messages.return(undefined)
  }

  test('pings first and then regularly, and asks for nothing while it is not behind', async () => {
    const heard = listen()
    const connection = await pinged(0)
    expect(await connection.hears(1)).toEqual({ action: 'ping' })
    expect(connection.frames[0]).toEqual({ action: 'ping' })
    expect(service.asked).toEqual([])
    await stop(heard, connection)
  })

  test('sends the time of the answer before its catch-up, once that has succeeded', async () => {
    const heard = listen()
    const connection = await pinged(0, { behind: true })
    // The catch-up may outlast a ping or two.
    const later = async (number: number): Promise<unknown> => {
      const { since } = await connection.hears(number)
      connection.says(pong({ now: in_ms(5_000) }))
      return since ?? later(number + 1)
    }
    expect(await later(1)).toBe(NOW)
    expect(service.asked).toEqual(['/changes?limit=500'])
    await stop(heard, connection)
  })

  test('gives a message once, however it comes', async () => {
    answer = () => ({ status: 200, page: [] })
    const heard = listen()
    const connection = await pinged(0)
    connection.says({ type: 'message', message: A_MESSAGE })
    connection.says({ type: 'message', message: A_MESSAGE })
    connection.says({ type: 'message', message: { ...A_MESSAGE, id: 'another' } })
    expect((await heard).value).toEqual(A_MESSAGE)
    expect((await messages.next()).value).toMatchObject({ id: 'another' })
    await messages.return(undefined)
  })

  test('renews its token over the same connection, before it expires', async () => {
    const heard = listen()
    const connection = await pinged(0, { expires_at: in_ms(30) })
    token = 'second'
    expect(await connection.hears(1)).toEqual({ action: 'auth', token: 'second' })
    connection.says(pong())
    expect(await connection.hears(2)).toEqual({ action: 'ping' })
    await stop(heard, connection)
  })

  test('connects with another token once one has expired', async () => {
    const heard = listen()
    const expired = await pinged(0)
    token = 'second'
    expired.says({ type: 'bye', code: 4401, reconnect_ms: 0 })
    expired.ws.close(4401)
    const next = await pinged(1)
    expect([expired.token, next.token]).toEqual(['first', 'second'])
    await stop(heard, next)
  })

  test('leaves an instance that restarts only once another one has answered', async () => {
    const heard = listen()
    const restarting = await pinged(0)
    restarting.says({ type: 'bye', code: 1012, reconnect_ms: 5 })
    const next = await service.connection(1)
    await next.hears(0)
    expect(restarting.ws.readyState).toBe(restarting.ws.OPEN)
    restarting.says({ type: 'message', message: A_MESSAGE })
    expect((await heard).value).toEqual(A_MESSAGE)
    const left = new Promise((resolve) => restarting.ws.once('close', resolve))
    next.says(pong())
    await left
    expect(next.ws.readyState).toBe(next.ws.OPEN)
    await messages.return(undefined)
  })

  test('connects once more if the instance that it goes to does not answer', async () => {
    const heard = listen()
    const restarting = await pinged(0)
    restarting.says({ type: 'bye', code: 1012, reconnect_ms: 5 })
    ;(await service.connection(1)).ws.terminate()
    const next = await pinged(2)
    await new Promise((resolve) => restarting.ws.once('close', resolve))
    await stop(heard, next)
  })

  test('does not come back when newer connections have replaced it', async () => {
    const heard = listen()
    const replaced = await pinged(0)
    replaced.says({ type: 'bye', code: 4408, reconnect_ms: 10 })
    await expect(heard).rejects.toThrow('too many connections')
    await new Promise((resolve) => replaced.ws.once('close', resolve))
  })

  test('connects again when a ping is not answered', async () => {
    // It waits for ten seconds: a shorter time shows the same.
    const timeout = globalThis.setTimeout
    jest
      .spyOn(globalThis, 'setTimeout')
      .mockImplementation(((step: () => void, ms: number) => timeout(step, Math.min(ms, 50))) as never)
    const heard = listen()
    const silent = await pinged(0)
    await silent.hears(1)
    const next = await pinged(1)
    await stop(heard, next)
  })

  test('asks over HTTP while there is no connection', async () => {
    service.refuse()
    answer = () => ({ status: 200, page: service.asked.length === 1 ? [{ with: 'alice' }] : [A_MESSAGE] })
    expect((await listen()).value).toEqual(A_MESSAGE)
    expect(service.asked[0]).toBe('/changes?limit=500')
    await messages.return(undefined)
  })

  test.each([
    ['cannot be got', () => 'no token', 'no token'],
    ['cannot be sent', () => 'a b', /protocol/i],
  ])('ends when a token for another connection %s', async (_, next, message) => {
    const heard = listen()
    const connection = await pinged(0)
    token = next()
    connection.ws.terminate()
    await expect(heard).rejects.toThrow(message)
  })

  test('ends when a token to renew the connection with cannot be got', async () => {
    const heard = listen()
    const connection = await pinged(0, { expires_at: in_ms(30) })
    token = 'no token'
    await expect(heard).rejects.toThrow('no token')
    await new Promise((resolve) => connection.ws.once('close', resolve))
  })

  test('ends when its token is refused', async () => {
    service.refuse()
    answer = () => ({ status: 401, page: [] })
    await expect(listen()).rejects.toThrow(/: 401 /)
  })
})
