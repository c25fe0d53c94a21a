import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { exportSPKI, SignJWT, UnsecuredJWT } from 'jose'
import { the_clock_stands_at } from '../../test/fakes/still-time.ts'
import * as given from '../../test/sentences/given.ts'
import { type Authenticate, authenticator } from './caller.ts'

type Provider = Awaited<ReturnType<typeof given.an_identity_provider>>
const bearer = (...tokens: string[]) => new Map([['authorization', tokens.map((token) => `Bearer ${token}`)]])
const seconds = () => Math.floor(Date.now() / 1000)
let provider: Provider

afterEach(() => {
  jest.useRealTimers()
})

beforeAll(async () => {
  provider = await given.an_identity_provider()
})

const refuses = (authenticate: Authenticate, headers: Map<string, string[]>, kind = 'unauthorized') =>
  expect(authenticate(headers)).rejects.toMatchObject({ kind })

const expiring = (user: string) => ({ user, expiresMs: expect.any(Number) })

describe('a bearer token', () => {
  let authenticate: Authenticate
  beforeEach(() => {
    authenticate = authenticator(provider.auth)
  })

  test('names its subject, within five seconds of clock tolerance', async () => {
    expect(await authenticate(bearer(await provider.sign({ sub: 'alice' })))).toEqual(expiring('alice'))
    const exp = seconds() - 3
    const expired = bearer(await provider.sign({ sub: 'bob', exp }))
    expect(await authenticate(expired)).toEqual({ user: 'bob', expiresMs: exp * 1000 })
    expect(
      await authenticate(bearer(await provider.sign({ sub: 'bob', aud: ['other', given.AUDIENCE] }))),
    ).toEqual(expiring('bob'))
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
      the_clock_stands_at(now)
      token = await provider.sign({ sub: 'alice', exp: seconds() + 30, nbf: seconds() - 10 })
      expect(await authenticate(bearer(token))).toEqual(expiring('alice'))
    })

    test('is accepted again until it expires', async () => {
      expect(await authenticate(bearer(token))).toEqual(expiring('alice'))
      the_clock_stands_at(now + 36_000)
      await refuses(authenticate, bearer(token))
    })

    test('does not speak for another with the same claims', async () => {
      const signature = token.slice(token.lastIndexOf('.') + 1)
      const forged = token.replace(signature, `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`)
      await refuses(authenticate, bearer(forged))
      await refuses(authenticate, bearer(token.replace(signature, '')))
    })

    test('names the same token, also when it is verified anew: what is known of that is not forgotten', async () => {
      const lasting = bearer(await provider.sign({ sub: 'alice', iat: seconds(), exp: seconds() + 600 }))
      const withdrawable = authenticator({ ...provider.auth, tokenMaxAgeSeconds: 600 })
      const { token: named } = await withdrawable(lasting)
      the_clock_stands_at(now + 61_000)
      expect((await withdrawable(lasting)).token).toBe(named)
    })

    test('is looked at anew when the clock was set back', async () => {
      the_clock_stands_at(now - 3_600_000)
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
