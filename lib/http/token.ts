/** Verifies tokens: signature, issuer, audience and expiry; and decides where keys come from. */
import { hash } from 'node:crypto'
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import type { JwtConfig } from '../config/auth.ts'
import { Fault } from '../errors.ts'
import { isUserId, type UserId } from '../model/ids.ts'
import { beginOfSession, parseSessionId } from '../model/session.ts'
import type { TokenIdentity } from '../model/token.ts'
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
 * Who a token stands for; `token`: how it is named in a withdrawal, where tokens can be withdrawn; `expiresMs`: unix
 * milliseconds, absent if it does not say.
 */
export type Verified = { user: UserId; token?: TokenIdentity; expiresMs?: number }

/**
 * A JSON Web Token (RFC 7519) -> the user that its `sub` names.
 * @throws Fault `unauthorized`, `keys_unavailable`
 */
export const tokenVerifier = ({
  jwks,
  issuer,
  audience,
  tokenMaxAgeSeconds,
  isOwn = false,
}: JwtConfig): ((token: string) => Promise<Verified>) => {
  const keys = jwks instanceof URL ? remoteKeys(jwks) : createLocalJWKSet(jwks as JSONWebKeySet)
  const rules = {
    issuer,
    audience,
    algorithms: ASYMMETRIC,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    // Requires `iat` as well.
    ...(tokenMaxAgeSeconds !== undefined && { maxTokenAge: tokenMaxAgeSeconds }),
  }
  const verdicts = new LRUCache<string, Verdict>({
    max: VERDICTS_KEPT,
    maxSize: VERDICTS_CHARACTERS,
    sizeCalculation: (_, token) => token.length,
  })
  return async (text) => {
    const now = Date.now()
    const known = verdicts.get(text)
    if (known && known.from <= now && now < known.until) return known.verified
    const { payload } = await jwtVerify(text, keys, rules).catch((error) => {
      throw error instanceof Fault ? error : refused(error.code ?? 'unreadable token')
    })
    if (typeof payload.sub !== 'string' || !isUserId(payload.sub)) throw refused('sub is not a user id')
    const user = payload.sub
    const identity = tokenMaxAgeSeconds !== undefined && {
      token: { user, ...identityOf(payload, text, isOwn), maxAgeSeconds: tokenMaxAgeSeconds, isOwn },
    }
    // The same text says the same: what is known of a token outlives its verdict.
    const verified = known?.verified ?? {
      user,
      expiresMs: expiryOf(payload, tokenMaxAgeSeconds) * 1000,
      ...identity,
    }
    verdicts.set(text, { verified, from: now, until: endOf(payload, now, tokenMaxAgeSeconds) })
    return verified
  }
}

const refused = (why: string) => new Fault('unauthorized', why, { headers: INVALID_TOKEN })

/** The result of a verification: a pure function of the token and the wall clock. */
type Verdict = { verified: Verified; from: number; until: number }

const endOf = (payload: JWTPayload, now: number, maxAgeSeconds: number | undefined) =>
  Math.min((expiryOf(payload, maxAgeSeconds) + CLOCK_TOLERANCE_SECONDS) * 1000, now + VERDICT_STANDS_MS)

/** In unix seconds. */
const expiryOf = ({ exp, iat = 0 }: JWTPayload, maxAgeSeconds = Number.POSITIVE_INFINITY) =>
  Math.min(Number(exp), iat + maxAgeSeconds)

const identityOf = (
  { iat, sid, jti }: JWTPayload,
  text: string,
  isOwn: boolean,
): Pick<TokenIdentity, 'issuedMs' | 'names'> => ({
  issuedMs: isOwn ? beginOf(sid) : Number(iat) * 1000,
  names: [
    ...(typeof sid === 'string' ? [`sid:${sid}` as const] : []),
    typeof jti === 'string' ? `jti:${jti}` : `tok:${digestOf(text)}`,
  ],
})

/**
 * Of a session of our own, not of the token: one that is refreshed while everything is being withdrawn may be issued later
 * than that.
 */
const beginOf = (sid: unknown): number => {
  const session = parseSessionId(String(sid))
  if (!session) throw refused('sid is not a session of ours')
  return beginOfSession(session)
}

/** Without the signature: of an ECDSA signature anybody can make another valid one (SEC 1, section 4.1.4). */
const digestOf = (text: string) => hash('sha256', text.slice(0, text.lastIndexOf('.')), 'base64url')
