/** Who is calling: a credential in the headers -> a UserId. Every doubt is a 401 that does not say why. */
import { createHash, timingSafeEqual } from 'node:crypto'
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import type { AuthConfig, GatewayConfig, JwtConfig } from '../config.ts'
import { isUserId, type UserId } from '../dialog/ids.ts'
import { Fault } from '../errors.ts'

/** @throws Fault `unauthorized`, `keys_unavailable` */
export type Authenticate = (headers: Map<string, string[]>) => Promise<UserId>

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
const CREDENTIAL_MAX_CHARACTERS = 8_192
const FETCH_TIMEOUT_MS = 1_500
const FETCH_AT_MOST_EVERY_MS = 30_000
const REFRESH_AFTER_MS = 10 * 60_000

export const authenticator = (auth: AuthConfig): Authenticate =>
  auth.mode === 'jwt' ? byToken(auth) : byGateway(auth)

/** RFC 6750 bearer token, a JWT (RFC 7519): `sub` is the user. */
const byToken = ({ jwks, issuer, audience }: JwtConfig): Authenticate => {
  const keys = jwks instanceof URL ? remoteKeys(jwks) : createLocalJWKSet(jwks as JSONWebKeySet)
  const rules = {
    issuer,
    audience,
    algorithms: ASYMMETRIC,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  }
  return async (headers) => {
    const [, token] = /^Bearer +([\w.-]+)$/i.exec(only(headers, 'authorization')) ?? []
    if (!token) throw unauthorized('no bearer token')
    try {
      const { payload } = await jwtVerify(token, keys, rules)
      if (typeof payload.sub === 'string' && isUserId(payload.sub)) return payload.sub
    } catch (error) {
      throw error instanceof Fault
        ? error
        : unauthorized((error as { code?: string }).code ?? 'unreadable token')
    }
    throw unauthorized('sub is not a user id')
  }
}

/**
 * Keys from a URL, kept while the server is down, refreshed every ten minutes of use.
 * A token with an unknown `kid` makes us look again, at most every 30 seconds.
 */
const remoteKeys = (url: URL): JWTVerifyGetKey => {
  let triedAt = Number.NEGATIVE_INFINITY
  let loadedAt = Number.NEGATIVE_INFINITY
  const justTried = () => Date.now() - triedAt < FETCH_AT_MOST_EVERY_MS
  const keys = createRemoteJWKSet(url, {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: FETCH_AT_MOST_EVERY_MS,
    timeoutDuration: FETCH_TIMEOUT_MS,
    [customFetch]: async (address, options) => {
      if (keys.jwks() && justTried()) throw new Error('tried a moment ago')
      triedAt = Date.now()
      const reply = await fetch(address, options as RequestInit)
      loadedAt = Date.now()
      return reply
    },
  })
  return async (header, token) => {
    if (keys.jwks() && Date.now() - loadedAt > REFRESH_AFTER_MS && !justTried()) {
      // Awaited: a function may be frozen once it has replied. When it fails, the keys at hand go on.
      await keys.reload().catch(() => undefined)
    }
    try {
      return await keys(header, token)
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys) {
        throw cause
      }
      throw new Fault('keys_unavailable', 'cannot fetch AUTH_JWKS', { cause })
    }
  }
}

/** A trusted front names the user, and proves with a shared secret that it is the front. */
const byGateway = ({ secrets }: GatewayConfig): Authenticate => {
  const digests = secrets.map(digestOf)
  return async (headers) => {
    const offered = digestOf(only(headers, 'x-gateway-secret'))
    const matches = digests.map((digest) => timingSafeEqual(digest, offered))
    if (!matches.includes(true)) throw unauthorized('wrong gateway secret')
    const user = only(headers, 'x-user-id')
    if (!/^[\x21-\x2b\x2d-\x7e]+$/.test(user) || !isUserId(user)) throw unauthorized('no valid x-user-id')
    return user
  }
}

/** Equal lengths, so that the comparison takes the same time for every guess. */
const digestOf = (secret: string) => createHash('sha256').update(secret).digest()

const only = (headers: Map<string, string[]>, name: string): string => {
  const [value, ...others] = headers.get(name) ?? []
  if (!value || others.length > 0) throw unauthorized(`${name} is missing or repeated`)
  if (value.length > CREDENTIAL_MAX_CHARACTERS) throw unauthorized(`${name} is too long`)
  return value
}

const unauthorized = (why: string) => new Fault('unauthorized', why)
