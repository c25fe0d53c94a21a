/** Rotation: when new keys begin to sign, and when old ones are dropped. */
import { generateKeyPairSync, hash, randomBytes } from 'node:crypto'
import { byStart, type Key, type KeySet, type MacKey, macKeys, type SigningKey, signingKeys } from './keys.ts'
import { ACCESS_TOKEN_SECONDS } from './token.ts'

/** As long as verifiers may cache the public keys: ours up to 11 minutes, and a margin. */
export const SIGNS_AFTER_SECONDS = 15 * 60
/** A session ends after 30 days, and its refresh tokens with it. */
const REFRESH_TOKEN_SECONDS = 30 * 24 * 60 * 60
/** More than verifiers tolerate, and than clocks differ. */
const CLOCKS_SECONDS = 60

/** Without the time from which they sign. */
export type NewKeys = { signing: Omit<SigningKey, 'signs_from'>; mac: Omit<MacKey, 'signs_from'> }
type Rotation = { keySet: KeySet; signsFrom: number; dropped: string[] }

/** Adds the new keys, and drops those of which no token can still be valid. Without a key set, they sign at once. */
export const rotated = (keySet: KeySet | undefined, newKeys: NewKeys, nowSeconds: number): Rotation => {
  const signs_from = Math.floor(nowSeconds) + (keySet ? SIGNS_AFTER_SECONDS : 0)
  const old = keySet ?? { keys: [] }
  const signing = stillNeeded(signingKeys(old), nowSeconds - ACCESS_TOKEN_SECONDS - CLOCKS_SECONDS)
  const mac = stillNeeded(macKeys(old), nowSeconds - REFRESH_TOKEN_SECONDS - CLOCKS_SECONDS)
  const kept: Key[] = [...signing, ...mac]
  return {
    keySet: { keys: [...kept, { ...newKeys.signing, signs_from }, { ...newKeys.mac, signs_from }] },
    signsFrom: signs_from,
    dropped: old.keys.filter((key) => !kept.includes(key)).map(({ kid }) => kid),
  }
}

/** All but those whose successor had begun to sign by then: a key signs until then, even if it began long ago. */
const stillNeeded = <K extends Key>(keys: K[], supersededBy: number): K[] => {
  const inOrder = keys.toSorted(byStart)
  return inOrder.filter((_, index) => {
    const successor = inOrder[index + 1]
    return !successor || successor.signs_from > supersededBy
  })
}

/** From the system's random generator. */
export const generateKeys = (): NewKeys => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' })
  // The thumbprint of RFC 7638, whose members are in this order. An HMAC key's would be derived from the secret.
  const kid = hash('sha256', JSON.stringify({ crv: 'P-256', kty: 'EC', x, y }), 'base64url')
  return {
    signing: { kty: 'EC', crv: 'P-256', alg: 'ES256', kid, x, y, d },
    mac: { kty: 'oct', alg: 'HS256', kid: randomText(12), k: randomText(32) },
  }
}

const randomText = (bytes: number) => randomBytes(bytes).toString('base64url')
