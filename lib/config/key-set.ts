/** What a private key set has to look like: parses ACCOUNTS_KEYS. */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import * as z from 'zod'
import { type KeySet, macKeys, type SigningKey, signingKeys } from '../accounts/keys.ts'

/** Refresh tokens name their key, and have dots between their parts. */
const kid = z.string().regex(/^[\w-]{1,64}$/)
const signs_from = z.int().min(0)
/** Of a whole number of bytes, written the one way that RFC 7515 knows. */
const base64url = (isLongEnough: (bytes: number) => boolean) =>
  z.string().refine((text) => {
    const bytes = Buffer.from(text, 'base64url')
    return isLongEnough(bytes.length) && bytes.toString('base64url') === text
  })
const coordinate = base64url((bytes) => bytes === 32)

/** P-256 and a secret of at least the hash's size (RFC 7518, sections 3.4 and 3.2): what is weaker must not get in. */
const key = z.discriminatedUnion('kty', [
  z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    alg: z.literal('ES256'),
    kid,
    x: coordinate,
    y: coordinate,
    d: coordinate,
    signs_from,
  }),
  z.object({
    kty: z.literal('oct'),
    alg: z.literal('HS256'),
    kid,
    k: base64url((bytes) => bytes >= 32 && bytes <= 64),
    signs_from,
  }),
])

/** A key set, or what is wrong with it, by the place in it and without any value. */
export const parseKeySet = (text: string): KeySet | string => {
  const parsed = z.object({ keys: z.array(key) }).safeParse(jsonOf(text))
  if (!parsed.success) {
    const places = parsed.error.issues.map(({ path }) => z.core.toDotPath(path) || 'it as a whole')
    return `is not a private key set: ${places.join(', ')}`
  }
  const set = parsed.data
  if (signingKeys(set).length === 0 || macKeys(set).length === 0)
    return 'needs a key of kty EC and one of oct'
  if (new Set(set.keys.map(({ kid }) => kid)).size < set.keys.length) return 'has two keys with the same kid'
  if (!signingKeys(set).every(isPair)) return 'has a private key that does not belong to its public key'
  return set
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** OpenSSL takes the two as they come: tokens would be signed that nobody accepts. */
const isPair = ({ kty, crv, x, y, d }: SigningKey): boolean => {
  try {
    const text = Buffer.from('signed and verified')
    const privateKey = createPrivateKey({ format: 'jwk', key: { kty, crv, x, y, d } })
    const publicKey = createPublicKey({ format: 'jwk', key: { kty, crv, x, y } })
    return verify('sha256', text, publicKey, sign('sha256', text, privateKey))
  } catch {
    return false
  }
}
