/** Tokens assembled by hand: libraries refuse to issue what they should refuse to accept. */
import { KeyObject, sign, type webcrypto } from 'node:crypto'
import { AUDIENCE, ISSUER, type Person } from '../sentences/given.ts'

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The claims of a genuine token of alice. */
export const claims_of_alice = (more: object = {}) => ({
  sub: 'alice',
  iss: ISSUER,
  aud: AUDIENCE,
  exp: Math.floor(Date.now() / 1000) + 600,
  ...more,
})

/** A token with an ES256 signature by this key, regardless of its header; or with these bytes as its signature. */
export const a_token = (header: unknown, payload: unknown, by: webcrypto.CryptoKey | Uint8Array): string => {
  const content = `${encoded(header)}.${encoded(payload)}`
  const signature =
    by instanceof Uint8Array
      ? by
      : sign('sha256', Buffer.from(content), { key: KeyObject.from(by), dsaEncoding: 'ieee-p1363' })
  return `${content}.${Buffer.from(signature).toString('base64url')}`
}

export const bearing = (token: string): Person => ({
  id: 'alice',
  headers: { authorization: `Bearer ${token}` },
})
