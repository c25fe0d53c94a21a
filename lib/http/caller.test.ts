import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { exportSPKI, SignJWT, UnsecuredJWT } from 'jose'
import * as given from '../../test/steps/given.ts'
import { type Authenticate, authenticator } from './caller.ts'

type Provider = Awaited<ReturnType<typeof given.an_identity_provider>>
const bearer = (...tokens: string[]) => new Map([['authorization', tokens.map((token) => `Bearer ${token}`)]])
const seconds = () => Math.floor(Date.now() / 1000)
let provider: Provider

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
    expect(await check(bearer(token))).toBe('alice')
    expect(fetches).toBe(1)
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

describe('a gateway', () => {
  const secrets = ['the secret of today!', 'the secret of before']
  const authenticate = authenticator({ mode: 'gateway', secrets })
  const headers = (user: string[], secret: string[]) =>
    new Map([
      ['x-user-id', user],
      ['x-gateway-secret', secret],
    ])

  test.each(secrets)('that proves itself names the user (%j)', async (secret) => {
    expect(await authenticate(headers(['alice'], [secret]))).toBe('alice')
  })

  test.each([
    ['no secret', ['alice'], []],
    ['an empty secret', ['alice'], ['']],
    ['a wrong secret', ['alice'], ['the secret of today?']],
    ['a part of the secret', ['alice'], ['the secret']],
    ['a repeated secret', ['alice'], [...secrets]],
    ['no user', [], ['the secret of today!']],
    ['two users', ['alice', 'bob'], ['the secret of today!']],
    ['joined users', ['alice,bob'], ['the secret of today!']],
    ['joined users with a space', ['alice, bob'], ['the secret of today!']],
    ['a user that is no id', ['..'], ['the secret of today!']],
    [
      'bytes beyond ASCII, whose decoding differs between servers',
      ['\u00c3\u00a9'],
      ['the secret of today!'],
    ],
  ])('with %s is refused', async (_, user, secret) => {
    await refuses(authenticate, headers(user, secret))
  })
})
