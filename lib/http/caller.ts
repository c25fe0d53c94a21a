/** Who is calling: a credential in the headers -> a user. Anything dubious is a 401 that does not say why. */
import { hash, timingSafeEqual } from 'node:crypto'
import type { AuthConfig, GatewayConfig, JwtConfig } from '../config/auth.ts'
import type { App } from '../context.ts'
import { Fault } from '../errors.ts'
import { isUserId } from '../model/ids.ts'
import { INVALID_TOKEN } from './problem.ts'
import { tokenVerifier, type Verified } from './token.ts'

/** @throws Fault `unauthorized`, `keys_unavailable` */
export type Authenticate = (headers: Map<string, string[]>) => Promise<Verified>

/** One for all operations of an app: none has to verify what another one has verified. */
const authenticators = new WeakMap<App, Authenticate>()
export const authenticatorOf = (app: App): Authenticate => {
  const known = authenticators.get(app) ?? authenticator(app.config().auth)
  authenticators.set(app, known)
  return known
}

const CREDENTIAL_MAX_CHARACTERS = 8_192

export const authenticator = (auth: AuthConfig): Authenticate =>
  auth.mode === 'jwt' ? byToken(auth) : byGateway(auth)

/** RFC 6750: the token is the credential. */
const byToken = (config: JwtConfig): Authenticate => {
  const verify = tokenVerifier(config)
  return async (headers) => {
    const offered = headers.get('authorization') ?? []
    if (!offered.some((value) => /^Bearer\b/i.test(value))) throw unauthorized('no bearer token')
    const [, token] = /^Bearer +([\w.-]+)$/i.exec(only(headers, 'authorization', INVALID_TOKEN)) ?? []
    if (!token) throw unauthorized('no bearer token', INVALID_TOKEN)
    return verify(token)
  }
}

/** A trusted gateway names the user, and proves its own identity with a shared secret. */
const byGateway = ({ secrets }: GatewayConfig): Authenticate => {
  const digests = secrets.map(digestOf)
  return async (headers) => {
    const offered = digestOf(only(headers, 'x-gateway-secret'))
    const matches = digests.map((digest) => timingSafeEqual(digest, offered))
    if (!matches.includes(true)) throw unauthorized('wrong gateway secret')
    const user = only(headers, 'x-user-id')
    if (!/^[\x21-\x2b\x2d-\x7e]+$/.test(user) || !isUserId(user)) throw unauthorized('no valid x-user-id')
    return { user }
  }
}

/** Digests have equal lengths, so that the comparison takes constant time. */
const digestOf = (secret: string) => hash('sha256', secret, 'buffer')

const only = (headers: Map<string, string[]>, name: string, challenge?: Challenge): string => {
  const [value, ...others] = headers.get(name) ?? []
  if (!value || others.length > 0) throw unauthorized(`${name} is missing or repeated`, challenge)
  if (value.length > CREDENTIAL_MAX_CHARACTERS) throw unauthorized(`${name} is too long`, challenge)
  return value
}

type Challenge = typeof INVALID_TOKEN
const unauthorized = (why: string, headers: Challenge | Record<string, never> = {}) =>
  new Fault('unauthorized', why, { headers })
