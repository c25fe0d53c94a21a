import { createHmac, type webcrypto } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { importJWK, SignJWT } from 'jose'
import { macKeys, OWN_ISSUER, publicKeysOf, signingKeys } from '../../lib/accounts/keys.ts'
import { generateKeys, rotated } from '../../lib/accounts/rotation.ts'
import { issueToken } from '../../lib/accounts/token.ts'
import type { UserId } from '../../lib/model/ids.ts'
import { sessionIdAt } from '../../lib/model/session.ts'
import { a_token, bearing } from '../fakes/forgery.ts'
import {
  a_service_with_accounts,
  holder,
  our_accounts,
  PASSWORD,
  said,
  signed_in,
  they_change_their_password,
  they_get,
  they_refresh,
  they_register,
  they_sign_in,
} from '../sentences/accounts.ts'
import type { MemoryApp } from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { inProcess, type Service } from '../world/service.ts'

const bob = { id: 'bob' }
const ours = our_accounts()
const [signing] = signingKeys(ours.keySet)
const [mac] = macKeys(ours.keySet)
let privateKey: webcrypto.CryptoKey
let app: MemoryApp
let service: Service

beforeAll(async () => {
  const { signs_from: _, ...jwk } = signing ?? {}
  privateKey = (await importJWK({ ...jwk, ext: true }, 'ES256')) as webcrypto.CryptoKey
})
beforeEach(() => {
  app = a_service_with_accounts(ours)
  service = inProcess(app)
})

const seconds = () => Math.floor(Date.now() / 1000)
const claims = (more: object = {}) => ({
  iss: OWN_ISSUER,
  aud: OWN_ISSUER,
  sub: 'alice',
  sid: sessionIdAt(Date.now(), new Uint8Array(10)),
  jti: 'j',
  iat: seconds(),
  exp: seconds() + 600,
  ...more,
})
const header = (more: object = {}) => ({ alg: 'ES256', kid: signing?.kid, typ: 'JWT', ...more })
const isRefused = async (token: string) => {
  then.it_is_refused(await when.they_send(service, bearing(token), bob, 'forged'), 'unauthorized')
  then.it_is_refused(await when.they_list(service, bearing(token), bob), 'unauthorized')
  expect(app.memory.statements).toEqual([])
}

test('the genuine token, from which every forgery here differs in one respect, is accepted', async () => {
  then.it_succeeds(await when.they_list(service, bearing(a_token(header(), claims(), privateKey)), bob))
})

describe('a token of our own issuer is refused', () => {
  test('with the algorithm and the secret of our refresh tokens, by the key id of either', async () => {
    const secret = Buffer.from(String(mac?.k), 'base64url')
    for (const kid of [mac?.kid, signing?.kid])
      await isRefused(
        await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: String(kid) }).sign(secret),
      )
  })

  test('signed with HS256 by our public key as the secret', async () => {
    const [shown] = publicKeysOf(ours.keySet).keys
    for (const secret of [JSON.stringify(shown), String(shown?.x), JSON.stringify(publicKeysOf(ours.keySet))])
      await isRefused(
        await new SignJWT(claims())
          .setProtectedHeader({ alg: 'HS256', kid: String(signing?.kid) })
          .sign(new TextEncoder().encode(secret)),
      )
  })

  test.each(['none', 'HS256', 'RS256', 'ES384', ''])('of the algorithm %j', (alg) =>
    isRefused(a_token(header({ alg }), claims(), privateKey)),
  )

  test('of another key under our key id', async () => {
    const stranger = rotated(undefined, generateKeys(), 0).keySet
    const [theirs] = signingKeys(stranger)
    const renamed = { keys: [{ ...theirs, kid: String(signing?.kid) } as never] }
    const session = sessionIdAt(Date.now(), new Uint8Array(10))
    const asked = { user: 'alice' as UserId, sessionId: session, issuedAtMs: Date.now(), lifeSeconds: 600 }
    await isRefused(await issueToken(renamed, asked, (bytes) => new Uint8Array(bytes)))
  })

  test.each([
    ['of another issuer', { iss: 'https://elsewhere.test' }],
    ['for another audience', { aud: 'elsewhere' }],
    ['without a time of issue', { iat: undefined }],
    ['issued in the future', { iat: seconds() + 60 }],
    [
      'issued over a day ago, however long it says it lives',
      { iat: seconds() - 86_500, exp: seconds() + 600 },
    ],
    ['that never expires', { exp: undefined }],
    ['that has expired', { exp: seconds() - 60 }],
  ])('%s', (_, more) => isRefused(a_token(header(), claims(more), privateKey)))
})

describe('a refresh token is refused', () => {
  test('of a foreign secret, of another person, of another session, of a later generation', async () => {
    const id = said(await they_register(service, { password: PASSWORD })).user_id
    const { refreshToken } = await signed_in(service, id, true)
    const [kid, user, session, generation, code] = refreshToken.split('.')
    const other = '7c9e6679-7425-40de-944b-e07fc1f90ae7'
    const foreign = `${kid}.${user}.${session}.${generation}`
    const forged = createHmac('sha256', Buffer.alloc(32)).update(foreign).digest('base64url')
    for (const text of [
      `${foreign}.${forged}`,
      `${kid}.${other}.${session}.${generation}.${code}`,
      `${kid}.${user}.${sessionIdAt(Date.now(), new Uint8Array(10))}.${generation}.${code}`,
      `${kid}.${user}.${session}.1.${code}`,
      `${signing?.kid}.${user}.${session}.${generation}.${code}`,
      `${refreshToken}.`,
      ` ${refreshToken}`,
    ])
      then.it_is_refused(await they_refresh(service, { refresh_token: text }), 'unauthorized')
    said(await they_refresh(service, { refresh_token: refreshToken }))
  })
})

test('no line of the log, and no refusal, has a password, a hash, or a token', async () => {
  const secrets: string[] = [PASSWORD, 'a guess of mine', 'another password']
  const id = said(await they_register(service, { password: PASSWORD })).user_id
  const alice = await signed_in(service, id, true)
  secrets.push(...alice.token.split('.'), ...alice.refreshToken.split('.').slice(-1))
  const refusals = [
    await they_sign_in(service, { id, password: 'a guess of mine' }),
    await they_register(service, { password: 'short', city: 5 }),
    await they_refresh(service, { refresh_token: `${alice.refreshToken}x` }),
    await they_change_their_password(service, alice, {
      password: 'a guess of mine',
      new_password: 'another password',
    }),
  ]
  const changed = await they_change_their_password(service, alice, {
    password: PASSWORD,
    new_password: 'another password',
    refresh: true,
  })
  secrets.push(...said(changed).token.split('.'), said(changed).refresh_token.split('.').at(-1))
  then.it_is_done(await when.they_revoke(service, holder(id, said(changed).token)))
  app.memory.before = () => {
    throw new TypeError('a bug')
  }
  refusals.push(await they_sign_in(service, { id, password: PASSWORD }))
  refusals.push(await they_refresh(service, { refresh_token: alice.refreshToken }))
  const heard = [...app.lines, ...refusals.map(({ text }) => text)].join('\n')
  expect(app.lines.length).toBeGreaterThan(8)
  expect(secrets.filter((secret) => heard.includes(secret))).toEqual([])
  expect(heard).not.toMatch(/argon2|\$m=/)
})

test('whoever asks for a user, or for our keys, learns nothing secret', async () => {
  const id = said(await they_register(service, { password: PASSWORD, first_name: 'Alice' })).user_id
  expect(said(await they_get(service, id))).toEqual({ id, first_name: 'Alice' })
  const shown = await service({ method: 'GET', path: '/.well-known/jwks.json', headers: {} })
  expect(shown.headers['cache-control']).toBe('public, max-age=300')
  const { keys } = said(shown)
  expect(keys).toEqual([
    { kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', kid: signing?.kid, x: signing?.x, y: signing?.y },
  ])
})
