import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { exportSPKI, SignJWT, UnsecuredJWT } from 'jose'
import * as given from '../../test/steps/given.ts'
import { type Authenticate, authenticator } from './caller.ts'

type Provider = Awaited<ReturnType<typeof given.an_identity_provider>>
const bearer = (...tokens: string[]) => new Map([['authorization', tokens.map((token) => `Bearer ${token}`)]])
const seconds = () => Math.floor(Date.now() / 1000)
let provider: Provider

/** The wall clock stands still at a time of ours; timers and the monotonic clock go on. */
const freezeTime = (now: number) => {
  const timers = [
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'setImmediate',
    'clearImmediate',
  ] as const
  jest.useFakeTimers({ now, doNotFake: [...timers, 'nextTick', 'queueMicrotask', 'performance', 'hrtime'] })
}
afterEach(() => {
  jest.useRealTimers()
})

beforeAll(async () => {
  provider = await given.an_identity_provider()
})

const refuses = (authenticate: Authenticate, headers: Map<string, string[]>, kind = 'unauthorized') =>
  expect(authenticate(headers)).rejects.toMatchObject({ kind })

describe('a bearer token', () => {
  let authenticate: Authenticate
  beforeEach(() => {
    authenticate = authenticator(provider.auth)
  })

  test('names its subject, within five seconds of clock tolerance', async () => {
    expect(await authenticate(bearer(await provider.sign({ sub: 'alice' })))).toBe('alice')
    expect(await authenticate(bearer(await provider.sign({ sub: 'bob', exp: seconds() - 3 })))).toBe('bob')
    expect(
      await authenticate(bearer(await provider.sign({ sub: 'bob', aud: ['other', given.AUDIENCE] }))),
    ).toBe('bob')
  })

  test.each([
    ['expired', { exp: 1 }],
    ['not yet valid', { nbf: 4_000_000_000 }],
    ['without expiry', { exp: undefined }],
    ['of another issuer', { iss: 'https://evil.test' }],
    ['for another audience', { aud: 'other' }],
    ['without audience', { aud: undefined }],
    ['without subject', { sub: undefined }],
    ['with an empty subject', { sub: '' }],
    ['with a subject that is no user id', { sub: '..' }],
    ['with a control character in its subject', { sub: 'alice\n' }],
    ['with a subject that is not text', { sub: 1 as unknown as string }],
  ])('%s is refused', async (_, claims) => {
    await refuses(authenticate, bearer(await provider.sign({ sub: 'alice', ...claims } as never)))
  })

  describe('that was accepted a moment ago', () => {
    let token: string
    const now = Date.now()
    beforeEach(async () => {
      freezeTime(now)
      token = await provider.sign({ sub: 'alice', exp: seconds() + 30, nbf: seconds() - 10 })
      expect(await authenticate(bearer(token))).toBe('alice')
    })

    test('is accepted again until it expires', async () => {
      expect(await authenticate(bearer(token))).toBe('alice')
      freezeTime(now + 36_000)
      await refuses(authenticate, bearer(token))
    })

    test('does not speak for another with the same claims', async () => {
      const signature = token.slice(token.lastIndexOf('.') + 1)
      const forged = token.replace(signature, `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`)
      await refuses(authenticate, bearer(forged))
      await refuses(authenticate, bearer(token.replace(signature, '')))
    })

    test('is looked at anew when the clock was set back', async () => {
      freezeTime(now - 3_600_000)
      await refuses(authenticate, bearer(token))
    })
  })

  test('signed otherwise is refused: no signature, another key, the public key as a shared secret, an unknown kid', async () => {
    const other = await given.an_identity_provider()
    const claims = { sub: 'alice', iss: given.ISSUER, aud: given.AUDIENCE, exp: seconds() + 60 }
    const shared = new TextEncoder().encode(await exportSPKI(provider.publicKey))
    const hmac = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: provider.kid })
      .sign(shared)
    const [head, , signature] = (await provider.sign(claims)).split('.')
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'eve' })).toString('base64url')
    const tokens = [
      new UnsecuredJWT(claims).encode(),
      await other.sign(claims),
      await other.sign(claims, { kid: provider.kid }),
      hmac,
      await provider.sign(claims, { kid: 'unknown' }),
      `${head}.${forged}.${signature}`,
    ]
    for (const token of tokens) await refuses(authenticate, bearer(token))
  })

  test('malformed, repeated, joined or huge is refused', async () => {
    const token = await provider.sign({ sub: 'alice' })
    await refuses(authenticate, new Map())
    await refuses(authenticate, bearer(token, token))
    await refuses(authenticate, bearer(`${token}, Bearer ${token}`))
    await refuses(authenticate, bearer(`${token}.${'a'.repeat(9_000)}`))
    for (const text of ['', 'Bearer', 'Bearer ', 'Basic YTpi', token, 'Bearer a.b.c', 'Bearer é']) {
      await refuses(authenticate, new Map([['authorization', [text]]]))
    }
  })
})

describe('keys behind a URL', () => {
  let server: Server
  let url: URL
  let fetches: number
  let keys: unknown[]

  beforeEach(async () => {
    fetches = 0
    keys = provider.keys
    server = createServer((_, reply) => {
      fetches += 1
      reply.end(JSON.stringify({ keys }))
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

  const authenticate = () =>
    authenticator({ mode: 'jwt', jwks: url, issuer: given.ISSUER, audience: given.AUDIENCE })

  test('are fetched once, and kept when the server is gone', async () => {
    const check = authenticate()
    const token = await provider.sign({ sub: 'alice' })
    await Promise.all([check(bearer(token)), check(bearer(token))])
    await stop()
    expect(await check(bearer(await provider.sign({ sub: 'bob' })))).toBe('bob')
    expect(fetches).toBe(1)
  })

  test('are heeded when they change, by a token that was accepted too', async () => {
    freezeTime(Date.now())
    const check = authenticate()
    const token = await provider.sign({ sub: 'alice', exp: seconds() + 3_600 })
    expect(await check(bearer(token))).toBe('alice')
    keys = (await given.an_identity_provider()).keys
    freezeTime(Date.now() + 601_000)
    await refuses(check, bearer(token))
    expect(fetches).toBe(2)
  })

  test('an unknown kid does not make us fetch again within 30 seconds', async () => {
    const check = authenticate()
    await check(bearer(await provider.sign({ sub: 'alice' })))
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await refuses(check, bearer(await provider.sign({ sub: 'alice' }, { kid: `unknown-${attempt}` })))
    }
    expect(fetches).toBe(1)
  })

  test('unreachable or broken with nothing cached: unavailable, not unauthorized, and tried again', async () => {
    const check = authenticate()
    const token = bearer(await provider.sign({ sub: 'alice' }))
    keys = 'not keys' as never
    await refuses(check, token, 'keys_unavailable')
    keys = provider.keys
    expect(await check(token)).toBe('alice')
    await stop()
    await refuses(authenticate(), token, 'keys_unavailable')
  })
})
