import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { the_clock_stands_at } from '../../test/fakes/still-time.ts'
import * as given from '../../test/sentences/given.ts'
import { type Authenticate, authenticator } from './caller.ts'

const bearer = (token: string) => new Map([['authorization', [`Bearer ${token}`]]])
const seconds = () => Math.floor(Date.now() / 1000)
const refuses = (authenticate: Authenticate, headers: Map<string, string[]>, kind = 'unauthorized') =>
  expect(authenticate(headers)).rejects.toMatchObject({ kind })
let provider: Awaited<ReturnType<typeof given.an_identity_provider>>

beforeAll(async () => {
  provider = await given.an_identity_provider()
})
afterEach(() => {
  jest.useRealTimers()
})

const expiring = (user: string) => ({ user, expiresMs: expect.any(Number) })

describe('keys behind a URL', () => {
  let server: Server
  let url: URL
  let fetches: number
  let keys: unknown[]
  let status: number

  beforeEach(async () => {
    fetches = 0
    keys = provider.keys
    status = 200
    server = createServer((_, reply) => {
      fetches += 1
      reply.writeHead(status).end(JSON.stringify({ keys }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`)
  })
  const stop = () =>
    new Promise((resolve) => {
      server.close(resolve)
      server.closeAllConnections()
    })
  afterEach(stop)

  const authenticate = () => authenticator({ ...provider.auth, jwks: url })

  test('are fetched once, and kept when the server is gone', async () => {
    const check = authenticate()
    const token = await provider.sign({ sub: 'alice' })
    await Promise.all([check(bearer(token)), check(bearer(token))])
    await stop()
    expect(await check(bearer(await provider.sign({ sub: 'bob' })))).toEqual(expiring('bob'))
    expect(fetches).toBe(1)
  })

  test('are heeded when they change, by a token that was accepted too', async () => {
    the_clock_stands_at(Date.now())
    const check = authenticate()
    const token = await provider.sign({ sub: 'alice', exp: seconds() + 3_600 })
    expect(await check(bearer(token))).toEqual(expiring('alice'))
    keys = (await given.an_identity_provider()).keys
    the_clock_stands_at(Date.now() + 601_000)
    await refuses(check, bearer(token))
    expect(fetches).toBe(2)
  })

  const minutes = (count: number) => count * 60_000
  /** Each a token of its own: one that was verified is not looked at again for a minute. */
  const token = async () =>
    bearer(await provider.sign({ sub: 'alice', exp: seconds() + 7_200, jti: randomUUID() }))

  test.each([
    ['answers errors', 'an error'],
    ['answers garbage', 'garbage'],
    ['is gone', 'nothing'],
  ])('verify for an hour while their server %s, and then nothing, until it is back', async (_, answer) => {
    const began = Date.now()
    the_clock_stands_at(began)
    const check = authenticate()
    expect(await check(await token())).toEqual(expiring('alice'))
    if (answer === 'an error') status = 500
    if (answer === 'garbage') keys = 'not keys' as never
    if (answer === 'nothing') await stop()
    for (let minute = 5; minute <= 60; minute += 5) {
      the_clock_stands_at(began + minutes(minute))
      expect(await check(await token())).toEqual(expiring('alice'))
    }
    the_clock_stands_at(began + minutes(60) + 1)
    await refuses(check, await token(), 'keys_unavailable')
    if (answer === 'nothing') return
    status = 200
    keys = provider.keys
    the_clock_stands_at(began + minutes(61))
    expect(await check(await token())).toEqual(expiring('alice'))
  })

  test('that were withdrawn are heeded within 11 minutes, however often their server failed meanwhile', async () => {
    const began = Date.now()
    the_clock_stands_at(began)
    const check = authenticate()
    const withdrawn = bearer(await provider.sign({ sub: 'alice', exp: seconds() + 7_200 }))
    expect(await check(withdrawn)).toEqual(expiring('alice'))
    keys = (await given.an_identity_provider()).keys
    status = 500
    the_clock_stands_at(began + minutes(10) + 1)
    expect(await check(withdrawn)).toEqual(expiring('alice'))
    const another = bearer(await provider.sign({ sub: 'alice', exp: seconds() + 7_200, jti: 'another' }))
    expect(await check(another)).toEqual(expiring('alice'))
    expect(fetches).toBe(2)
    status = 200
    the_clock_stands_at(began + minutes(11) + 1)
    await refuses(check, withdrawn)
  })

  test('an unknown kid makes us look for a new key, at most every 30 seconds', async () => {
    const began = Date.now()
    the_clock_stands_at(began)
    const check = authenticate()
    await check(await token())
    const rotated = await given.an_identity_provider()
    keys = rotated.keys
    the_clock_stands_at(began + 29_999)
    await refuses(check, bearer(await rotated.sign({ sub: 'alice' })))
    the_clock_stands_at(began + 30_000)
    expect(await check(bearer(await rotated.sign({ sub: 'alice' })))).toEqual(expiring('alice'))
    expect(fetches).toBe(2)
  })

  test('unreachable or broken with nothing cached: unavailable, not unauthorized, and tried again', async () => {
    const check = authenticate()
    const token = bearer(await provider.sign({ sub: 'alice' }))
    keys = 'not keys' as never
    await refuses(check, token, 'keys_unavailable')
    keys = provider.keys
    expect(await check(token)).toEqual(expiring('alice'))
    await stop()
    await refuses(authenticate(), token, 'keys_unavailable')
  })
})
