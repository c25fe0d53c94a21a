/** Our own issuer: its private key set, and which key of it signs at a given time. */

/** Both `iss` and `aud` of our tokens. */
export const OWN_ISSUER = 'dialogs'

/** Signs access tokens (ECDSA on P-256, RFC 7518, section 3.4). */
export type SigningKey = {
  kty: 'EC'
  crv: 'P-256'
  alg: 'ES256'
  kid: string
  x: string
  y: string
  d: string
  /** Unix seconds. */
  signs_from: number
}
/** Signs refresh tokens (HMAC, RFC 7518, section 3.2). */
export type MacKey = { kty: 'oct'; alg: 'HS256'; kid: string; k: string; signs_from: number }
export type Key = SigningKey | MacKey

/** As it is in ACCOUNTS_KEYS: JSON Web Keys (RFC 7517), each with the time from which it signs. */
export type KeySet = { keys: Key[] }

export const signingKeys = ({ keys }: KeySet): SigningKey[] => keys.filter((key) => key.kty === 'EC')
export const macKeys = ({ keys }: KeySet): MacKey[] => keys.filter((key) => key.kty === 'oct')

/**
 * Of one kind: the key that began to sign last. Before all of them it is the first one, since there never was another
 * and the clock of the machine that made it may be ahead.
 * @throws Error if there is no key
 */
export const keyInUse = <K extends Key>(keys: K[], nowSeconds: number): K => {
  const inOrder = keys.toSorted(byStart)
  const key = inOrder.findLast(({ signs_from }) => signs_from <= nowSeconds) ?? inOrder[0]
  if (!key) throw new Error('the key set lacks a kind of key')
  return key
}

export const byStart = (one: Key, other: Key): number => one.signs_from - other.signs_from

/** What verifies our tokens, to be shown to anybody: the next key too, so that it is known everywhere when it signs. */
export const publicKeysOf = (set: KeySet) => ({
  // Member by member: a private one that is added one day must not be shown by a rest parameter.
  keys: signingKeys(set).map(({ kty, crv, alg, kid, x, y }) => ({ kty, crv, alg, use: 'sig', kid, x, y })),
})
