import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { exportJWK, exportSPKI, SignJWT } from 'jose'
import { a_token, bearing, claims_of_alice as claims } from '../fakes/forgery.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { inProcess, type Service } from '../world/service.ts'

type Provider = Awaited<ReturnType<typeof given.an_identity_provider>>
const bob = { id: 'bob' }
const NO_SIGNATURE = new Uint8Array()

let provider: Provider
let attacker: Provider
let app: given.MemoryApp
let service: Service

beforeAll(async () => {
  provider = await given.an_identity_provider()
  attacker = await given.an_identity_provider()
})
beforeEach(() => {
  app = given.a_service_in_memory(provider.auth)
  service = inProcess(app)
})

/** Always the same 401, before anything is read or written. */
const isRefused = async (token: string) => {
  const replies = [
    await when.they_send(service, bearing(token), bob, 'forged'),
    await when.they_list(service, bearing(token), bob),
  ]
  for (const reply of replies) {
    const { request_id: _own, ...body } = then.it_is_refused(reply, 'unauthorized')
    expect(body).toEqual({ message: 'No valid credential', code: 40101 })
  }
  expect(app.memory.statements).toEqual([])
}

const header = (more: object = {}) => ({ alg: 'ES256', kid: provider.kid, ...more })
const genuine = (payload: unknown = claims(), more: object = {}) =>
  a_token(header(more), payload, provider.privateKey)
const shared = (secret: string, alg: string) =>
  new SignJWT(claims()).setProtectedHeader(header({ alg })).sign(new TextEncoder().encode(secret))

test('the genuine token, from which every forgery here differs in one respect, is accepted', async () => {
  const sent = await when.they_send(service, bearing(genuine()), bob, 'genuine')
  expect(then.it_succeeds(sent)).toMatchObject({ from: 'alice' })
})

describe('a token is refused', () => {
  test.each(['none', 'None', 'NONE', 'nOnE', '', null, undefined, 'es256', 'HS256', ['ES256']])(
    'whose algorithm is %j, without a signature or with a valid one',
    async (alg) => {
      await isRefused(a_token(header({ alg }), claims(), NO_SIGNATURE))
      await isRefused(genuine(claims(), { alg }))
    },
  )

  test.each(['RS256', 'PS256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'ES256K', 'dir'])(
    'that names the algorithm %s, which our key is not for',
    (alg) => isRefused(genuine(claims(), { alg })),
  )

  test.each([0x00, 0xff])('whose signature is nothing but bytes %i', (byte) =>
    isRefused(a_token(header(), claims(), new Uint8Array(64).fill(byte))),
  )

  test.each(['HS256', 'HS384', 'HS512'])(
    'signed with %s and the public key, in any form, as the shared secret',
    async (alg) => {
      const jwk = await exportJWK(provider.publicKey)
      const pem = await exportSPKI(provider.publicKey)
      const keySet = JSON.stringify({ keys: provider.keys })
      for (const form of [pem, pem.trim(), JSON.stringify(jwk), keySet, String(jwk.x)])
        await isRefused(await shared(form, alg))
    },
  )

  test.each(['../../../../dev/null', "' OR 1=1 --", 'x'.repeat(4_000), '__proto__', '', 7, {}, ['a'], null])(
    'signed with another key, whose kid is %j',
    (kid) => isRefused(a_token({ alg: 'ES256', kid }, claims(), attacker.privateKey)),
  )

  test.each([
    ['an extension that we do not know', { crit: ['urn:skip'], 'urn:skip': true }],
    ['no claim at all to be understood', { crit: [] }],
    ['a payload that is not encoded', { b64: false, crit: ['b64'] }],
  ])('that requires %s, although its signature is valid', (_, more) => isRefused(genuine(claims(), more)))

  test.each([
    ['a list of claims', () => [claims()]],
    ['null', () => null],
    ['text', () => 'alice'],
    ['an expiry in text', () => claims({ exp: '4000000000' })],
    ['no expiry but null', () => claims({ exp: null })],
    ['a negative expiry', () => claims({ exp: -1 })],
    ['a start in text', () => claims({ nbf: 'tomorrow' })],
    ['a list of issuers', () => claims({ iss: [given.ISSUER] })],
    ['an issuer with a suffix', () => claims({ iss: `${given.ISSUER}/evil` })],
    ['an audience in another case', () => claims({ aud: given.AUDIENCE.toUpperCase() })],
    ['an audience in an object', () => claims({ aud: { [given.AUDIENCE]: true } })],
    ['a list of subjects', () => claims({ sub: ['alice'] })],
  ])('whose valid signature is for %s', (_, payload) => isRefused(genuine(payload())))

  test.each([
    ['two parts', (token: string) => token.slice(0, token.lastIndexOf('.'))],
    ['four parts', (token: string) => `${token}.${token}`],
    ['five parts', (token: string) => `${token}.a.b`],
    ['padding', (token: string) => `${token}==`],
    ['white space', (token: string) => token.replace('.', ' .')],
    ['NUL at its end', (token: string) => `${token}\0`],
    ['another token after it', (token: string) => `${token} ${token}`],
    ['a scheme of another name', (token: string) => `Bearer ${token}`],
  ])('with %s', (_, change) => isRefused(change(genuine())))
})
