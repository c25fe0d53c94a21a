/** Tokens put together by hand: libraries refuse to write what they should refuse to read. */
import { KeyObject, sign, type webcrypto } from 'node:crypto'
import { AUDIENCE, ISSUER, type Person } from '../sentences/given.ts'

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** What a genuine token of alice says. */
export const claims_of_alice = (more: object = {}) => ({
  sub: 'alice',
  iss: ISSUER,
  aud: AUDIENCE,
  exp: Math.floor(Date.now() / 1000) + 600,
  ...more,
})

/** With the signature of ES256 by that key, whatever the header says; or with these bytes in its place. */
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
