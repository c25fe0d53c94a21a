import { randomBytes, randomUUID } from 'node:crypto'
import { afterEach, expect, jest, test } from '@jest/globals'
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import { the_clock_stands_at } from '../../test/fakes/still-time.ts'
import { readAuthConfig } from '../config/auth.ts'
import { authenticator } from '../http/caller.ts'
import type { UserId } from '../model/ids.ts'
import { sessionIdAt } from '../model/session.ts'
import { type KeySet, macKeys, signingKeys } from './keys.ts'
import { generateKeys, rotated, SIGNS_AFTER_SECONDS } from './rotation.ts'
import { ACCESS_TOKEN_SECONDS, issueToken, REFRESHED_TOKEN_SECONDS } from './token.ts'

const AT_MS = 1_750_000_000_123
const user = randomUUID() as UserId
const sessionId = sessionIdAt(AT_MS, randomBytes(10))
const first = rotated(undefined, generateKeys(), AT_MS / 1000 - 60).keySet
const issue = (keys: KeySet, issuedAtMs = AT_MS, lifeSeconds = ACCESS_TOKEN_SECONDS) =>
  issueToken(keys, { user, sessionId, issuedAtMs, lifeSeconds }, randomBytes)
const kidsOf = (keys: KeySet) => signingKeys(keys).map(({ kid }) => kid)

/** As the edge does it, with no more than the configuration. */
const verifier = (keys: KeySet) => {
  const accounts = { keys, passwordMinCharacters: 8, trustedProxies: undefined as never }
  const authenticate = authenticator(readAuthConfig({}, accounts))
  return (token: string) => authenticate(new Map([['authorization', [`Bearer ${token}`]]]))
}

afterEach(() => {
  jest.useRealTimers()
})

test('a token says whose it is, of which session, since when, and until when', async () => {
  const token = await issue(first)
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', kid: kidsOf(first)[0], typ: 'JWT' })
  expect(decodeJwt(token)).toEqual({
    iss: 'dialogs',
    aud: 'dialogs',
    sub: user,
    sid: sessionId,
    jti: expect.stringMatching(/^[\w-]{22}$/),
    iat: 1_750_000_000,
    exp: 1_750_086_400,
  })
  expect(decodeJwt(await issue(first, AT_MS, REFRESHED_TOKEN_SECONDS)).exp).toBe(1_750_000_600)
})

test('no two tokens have the same id', async () => {
  const [one, other] = await Promise.all([issue(first), issue(first)])
  expect(decodeJwt(one).jti).not.toBe(decodeJwt(other).jti)
})

test('our tokens are accepted by the edge until they expire, and only with our keys', async () => {
  the_clock_stands_at(AT_MS)
  const verify = verifier(first)
  const token = await issue(first)
  expect(await verify(token)).toMatchObject({ user })
  const stranger = rotated(undefined, generateKeys(), AT_MS / 1000 - 60).keySet
  await expect(verify(await issue(stranger))).rejects.toMatchObject({ kind: 'unauthorized' })
  the_clock_stands_at(AT_MS + (ACCESS_TOKEN_SECONDS + 5) * 1000)
  await expect(verify(token)).rejects.toMatchObject({ kind: 'unauthorized' })
})

test('a token of every key of a rotation is accepted by who has the rotated set, also of the key that signs next', async () => {
  const { keySet } = rotated(first, generateKeys(), AT_MS / 1000)
  const later = AT_MS + SIGNS_AFTER_SECONDS * 1000
  the_clock_stands_at(later)
  const [old, next] = [await issue(keySet), await issue(keySet, later)]
  expect([old, next].map((token) => decodeProtectedHeader(token).kid)).toEqual(kidsOf(keySet))
  const verify = verifier(keySet)
  for (const token of [old, next]) expect(await verify(token)).toMatchObject({ user })
  await expect(verifier(first)(next)).rejects.toMatchObject({ kind: 'unauthorized' })
})

test('the edge knows when the session of a token of ours began, however late the token was issued', async () => {
  the_clock_stands_at(AT_MS + 60_000)
  const { token } = await verifier(first)(await issue(first, AT_MS + 60_000))
  expect(token).toMatchObject({ issuedMs: AT_MS, isOwn: true })
})

test('a token of ours without a session of ours is refused', async () => {
  the_clock_stands_at(AT_MS)
  const claims = { user, sessionId: randomUUID(), issuedAtMs: AT_MS, lifeSeconds: 600 }
  const token = await issueToken(first, claims, randomBytes)
  await expect(verifier(first)(token)).rejects.toMatchObject({ kind: 'unauthorized' })
})

test('an HMAC key verifies no access token', async () => {
  the_clock_stands_at(AT_MS)
  const verify = verifier(first)
  const [mac] = macKeys(first)
  const claims = decodeJwt(await issue(first))
  for (const kid of [mac?.kid, kidsOf(first)[0]]) {
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: String(kid) })
      .sign(Buffer.from(String(mac?.k), 'base64url'))
    await expect(verify(forged)).rejects.toMatchObject({ kind: 'unauthorized' })
  }
})
