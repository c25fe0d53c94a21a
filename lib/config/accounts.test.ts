import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { macKeys, publicKeysOf, signingKeys } from '../accounts/keys.ts'
import { generateKeys, rotated } from '../accounts/rotation.ts'
import { readAccountsConfig } from './accounts.ts'
import { readConfig } from './config.ts'
import type { Environment } from './environment.ts'

const keySet = rotated(undefined, generateKeys(), 1_750_000_000).keySet
const [signing, mac] = [signingKeys(keySet)[0], macKeys(keySet)[0]]
const ACCOUNTS_KEYS = JSON.stringify(keySet)
const on = { ACCOUNTS: 'on', ACCOUNTS_KEYS, CQL_CONTACT_POINTS: '10.0.0.1' }
const directory = mkdtempSync(join(tmpdir(), 'key-set-'))
afterAll(() => rmSync(directory, { recursive: true }))

const accountsOf = (env: Environment) => {
  const accounts = readAccountsConfig({ ...on, ...env })
  if (!accounts) throw new Error('off')
  return accounts
}
const trusts = (TRUSTED_PROXIES: string, address: string) =>
  accountsOf({ TRUSTED_PROXIES }).trustedProxies.check(address, address.includes(':') ? 'ipv6' : 'ipv4')

describe('accounts of our own', () => {
  test('are off unless they are switched on, whatever else is set', () => {
    for (const ACCOUNTS of [undefined, '', 'off'])
      expect(readAccountsConfig({ ACCOUNTS, ACCOUNTS_KEYS: '{', PASSWORD_MIN: 'x' })).toBeUndefined()
    const auth = { AUTH_MODE: 'gateway', AUTH_GATEWAY_SECRET: 'a secret of sixteen' }
    expect(readConfig({ ...on, ...auth, ACCOUNTS: 'off' })).not.toHaveProperty('accounts')
  })

  test('verify tokens with their own public keys, and need no AUTH_*', () => {
    const { auth, accounts } = readConfig(on)
    expect(auth).toEqual({
      mode: 'jwt',
      jwks: publicKeysOf(keySet),
      issuer: 'dialogs',
      audience: 'dialogs',
      tokenMaxAgeSeconds: 86_400,
      isOwn: true,
    })
    expect(accounts).toMatchObject({ keys: keySet, passwordMinCharacters: 8 })
    const text = JSON.stringify(auth)
    for (const secret of [signing?.d, mac?.k, mac?.kid]) expect(text).not.toContain(secret)
    expect(readConfig({ ...on, TOKEN_MAX_AGE: '3600' }).auth).toMatchObject({ tokenMaxAgeSeconds: 3_600 })
  })

  test('read the key set from a file, too', () => {
    const file = join(directory, 'keys.json')
    writeFileSync(file, ACCOUNTS_KEYS)
    expect(accountsOf({ ACCOUNTS_KEYS: file }).keys).toEqual(keySet)
  })

  test('may ask for longer passwords', () => {
    expect(accountsOf({ PASSWORD_MIN: '15' }).passwordMinCharacters).toBe(15)
  })

  test('trust no proxy, or those that are listed', () => {
    expect(accountsOf({}).trustedProxies.check('127.0.0.1')).toBe(false)
    const listed = '10.0.0.0/8, 192.0.2.1 ,2001:db8::/32,::1'
    for (const address of ['10.255.0.1', '192.0.2.1', '2001:db8:1::2', '::1'])
      expect(trusts(listed, address)).toBe(true)
    for (const address of ['11.0.0.1', '192.0.2.2', '2001:db9::1', '::2'])
      expect(trusts(listed, address)).toBe(false)
    expect(trusts('0.0.0.0/0', '203.0.113.7')).toBe(true)
  })

  test('are refused by a Node that cannot hash passwords', () => {
    expect(() => readAccountsConfig(on, false)).toThrow(/^ACCOUNTS=on needs Node 24.7 or newer, this is v/)
    expect(readAccountsConfig({ ...on, ACCOUNTS: 'off' }, false)).toBeUndefined()
  })
})

describe('are refused with the name of the variable', () => {
  test.each([
    ['ACCOUNTS', { ACCOUNTS: 'yes' }],
    ['ACCOUNTS_KEYS is not set', { ACCOUNTS_KEYS: '' }],
    ['ACCOUNTS_KEYS: names a file that cannot be read', { ACCOUNTS_KEYS: '/no/such/file' }],
    ['PASSWORD_MIN', { PASSWORD_MIN: '7' }],
    ['PASSWORD_MIN', { PASSWORD_MIN: '65' }],
    ['PASSWORD_MIN', { PASSWORD_MIN: '8.5' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.0/33' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.0/8,proxy.example' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0/8' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.0/' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.0/-1' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '::/129' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '*' }],
    ['TOKEN_MAX_AGE', { TOKEN_MAX_AGE: '0' }],
    ['not to be set with ACCOUNTS=on: AUTH_MODE', { AUTH_MODE: 'jwt' }],
    ['AUTH_MODE, AUTH_ISSUER', { AUTH_MODE: 'jwt', AUTH_ISSUER: 'i' }],
    ['AUTH_JWKS', { AUTH_JWKS: 'https://id.test/keys' }],
    ['AUTH_AUDIENCE', { AUTH_AUDIENCE: 'a' }],
    ['AUTH_GATEWAY_SECRET', { AUTH_GATEWAY_SECRET: 'a secret of sixteen' }],
    ['AUTH_GATEWAY_SECRET_PREVIOUS', { AUTH_GATEWAY_SECRET_PREVIOUS: 'a secret of sixteen' }],
  ])('%s: %j', (words, change) => {
    expect(() => readConfig({ ...on, ...change })).toThrow(words)
  })

  test('empty AUTH_* count as unset, as a template passes them', () => {
    expect(readConfig({ ...on, AUTH_MODE: '', AUTH_JWKS: '' }).auth).toMatchObject({ issuer: 'dialogs' })
  })

  const other = rotated(undefined, generateKeys(), 0).keySet
  const broken: [string, unknown][] = [
    ['is not a private key set: it as a whole', undefined],
    ['is not a private key set: keys', {}],
    ['needs a key of kty EC and one of oct', { keys: [] }],
    ['needs a key of kty EC and one of oct', { keys: [signing] }],
    ['needs a key of kty EC and one of oct', { keys: [mac] }],
    ['is not a private key set: keys[0].d', { keys: [{ ...signing, d: undefined }, mac] }],
    ['is not a private key set: keys[0].d', { keys: [{ ...signing, d: `${signing?.d}A` }, mac] }],
    ['is not a private key set: keys[0].x', { keys: [{ ...signing, x: 'AA' }, mac] }],
    ['is not a private key set: keys[0].crv', { keys: [{ ...signing, crv: 'P-384' }, mac] }],
    ['is not a private key set: keys[0].alg', { keys: [{ ...signing, alg: 'none' }, mac] }],
    ['is not a private key set: keys[0].kty', { keys: [{ ...signing, kty: 'RSA' }, mac] }],
    ['is not a private key set: keys[1].alg', { keys: [signing, { ...mac, alg: 'HS512' }] }],
    ['is not a private key set: keys[1].k', { keys: [signing, { ...mac, k: 'A'.repeat(42) }] }],
    ['is not a private key set: keys[1].k', { keys: [signing, { ...mac, k: `${mac?.k}=` }] }],
    ['is not a private key set: keys[1].kid', { keys: [signing, { ...mac, kid: 'a.b' }] }],
    ['is not a private key set: keys[1].kid', { keys: [signing, { ...mac, kid: '' }] }],
    ['is not a private key set: keys[0].signs_from', { keys: [{ ...signing, signs_from: '0' }, mac] }],
    ['is not a private key set: keys[1].signs_from', { keys: [signing, { ...mac, signs_from: -1 }] }],
    ['has two keys with the same kid', { keys: [signing, mac, { ...mac, signs_from: 1 }] }],
    ['has two keys with the same kid', { keys: [signing, { ...mac, kid: signing?.kid }] }],
    [
      'has a private key that does not belong to its public key',
      { keys: [{ ...signing, d: signingKeys(other)[0]?.d }, mac] },
    ],
    [
      'has a private key that does not belong to its public key',
      { keys: [{ ...signing, y: signing?.x }, mac] },
    ],
  ]
  test.each(broken)('ACCOUNTS_KEYS %s, and no value of it', (words, content) => {
    const inline = content === undefined ? `{"keys":[${ACCOUNTS_KEYS}` : JSON.stringify(content)
    const file = join(directory, 'broken.json')
    writeFileSync(file, inline)
    for (const value of [inline, file])
      expect(() => readConfig({ ...on, ACCOUNTS_KEYS: value })).toThrow(
        expect.objectContaining({ kind: 'misconfigured', message: `ACCOUNTS_KEYS: ${words}` }),
      )
  })
})
