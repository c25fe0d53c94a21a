/** Verifies tokens: signature, issuer, audience and expiry; and decides where keys come from. */
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import type { JwtConfig } from '../config/auth.ts'
import { Fault } from '../errors.ts'
import { isUserId, type UserId } from '../model/ids.ts'
import { INVALID_TOKEN } from './problem.ts'
import { remoteKeys } from './remote-keys.ts'

const ASYMMETRIC = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]
const CLOCK_TOLERANCE_SECONDS = 5
/** How long a verification is cached for exactly the same token: a withdrawn key takes effect with that delay. */
const VERDICT_STANDS_MS = 60_000
const VERDICTS_KEPT = 10_000
const VERDICTS_CHARACTERS = 16 * 2 ** 20

/**
 * A JSON Web Token (RFC 7519) -> the user that its `sub` names.
 * @throws Fault `unauthorized`, `keys_unavailable`
 */
export const tokenVerifier = ({
  jwks,
  issuer,
  audience,
}: JwtConfig): ((token: string) => Promise<UserId>) => {
  const keys = jwks instanceof URL ? remoteKeys(jwks) : createLocalJWKSet(jwks as JSONWebKeySet)
  const rules = {
    issuer,
    audience,
    algorithms: ASYMMETRIC,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  }
  const verdicts = new LRUCache<string, Verdict>({
    max: VERDICTS_KEPT,
    maxSize: VERDICTS_CHARACTERS,
    sizeCalculation: (_, token) => token.length,
  })
  return async (token) => {
    const now = Date.now()
    const known = verdicts.get(token)
    if (known && known.from <= now && now < known.until) return known.user
    const { payload } = await jwtVerify(token, keys, rules).catch((error) => {
      throw error instanceof Fault ? error : refused(error.code ?? 'unreadable token')
    })
    if (typeof payload.sub !== 'string' || !isUserId(payload.sub)) throw refused('sub is not a user id')
    const expires = (Number(payload.exp) + CLOCK_TOLERANCE_SECONDS) * 1000
    verdicts.set(token, { user: payload.sub, from: now, until: Math.min(expires, now + VERDICT_STANDS_MS) })
    return payload.sub
  }
}

const refused = (why: string) => new Fault('unauthorized', why, { headers: INVALID_TOKEN })

/** The result of a verification: a pure function of the token and the wall clock. */
type Verdict = { user: UserId; from: number; until: number }
