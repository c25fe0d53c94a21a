/** How callers are authenticated: AUTH_*, or the tokens of our own accounts; and how old tokens may be. */
import * as z from 'zod'
import { OWN_ISSUER, publicKeysOf } from '../accounts/keys.ts'
import type { AccountsConfig } from './accounts.ts'
import { check, type Environment, misconfigured } from './environment.ts'
import { fileOr, text } from './fields.ts'

export type JwtConfig = {
  mode: 'jwt'
  jwks: URL | { keys: unknown[] }
  issuer: string
  audience: string
  /** Set when tokens can be withdrawn: none is accepted for longer than this after it was issued. */
  tokenMaxAgeSeconds?: number
  /** The tokens are issued here, to our accounts. */
  isOwn?: boolean
}
export type GatewayConfig = { mode: 'gateway'; secrets: string[] }
export type AuthConfig = JwtConfig | GatewayConfig

const secret = z.string().min(16, 'must have at least 16 characters')

/** Public keys of asymmetric algorithms only: nothing else can verify, and a private key has no business here. */
const publicKey = z
  .looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']) })
  .refine((key) => ('n' in key || 'x' in key) && !('d' in key))

const keySet = fileOr((value) => value.trimStart().startsWith('{')).transform((value, context) => {
  try {
    return z.object({ keys: z.array(publicKey).min(1) }).parse(JSON.parse(value))
  } catch {
    context.addIssue('is not a JSON Web Key Set of public keys')
    return z.NEVER
  }
})

/** Plain http only on loopback: an attacker who can change the keys in transit can impersonate anybody. */
const keySetUrl = z
  .url({ protocol: /^https?$/ })
  .transform((url) => new URL(url))
  .refine(
    ({ protocol, hostname }) => protocol === 'https:' || /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname),
  )

const DAY_SECONDS = 24 * 60 * 60
/** For how long a withdrawal of everything is kept: lib/accounts/mark.ts. */
const TOKEN_MAX_AGE_LIMIT_SECONDS = 30 * DAY_SECONDS
const maxAge = {
  TOKEN_MAX_AGE: z.coerce.number().int().min(60).max(TOKEN_MAX_AGE_LIMIT_SECONDS).default(DAY_SECONDS),
}

const jwtVariables = z.object({
  ...maxAge,
  AUTH_JWKS: z.union([keySetUrl, keySet], {
    error: 'must be an https URL, a readable file or inline JSON of a key set',
  }),
  AUTH_ISSUER: text,
  AUTH_AUDIENCE: text,
  WITHDRAWAL: z.enum(['on', 'off']).default('off'),
})

const gatewayVariables = z.object({
  AUTH_GATEWAY_SECRET: secret,
  AUTH_GATEWAY_SECRET_PREVIOUS: secret.optional(),
  // What a gateway lets through is its own affair.
  WITHDRAWAL: z.enum(['off'], { error: 'needs AUTH_MODE=jwt' }).optional(),
})

/** @throws Fault `misconfigured` */
export const readAuthConfig = (env: Environment, accounts: AccountsConfig | undefined): AuthConfig => {
  if (accounts) return ownTokens(env, accounts)
  const { AUTH_MODE } = check(z.object({ AUTH_MODE: z.enum(['jwt', 'gateway']) }), env)
  if (AUTH_MODE === 'gateway') {
    const { AUTH_GATEWAY_SECRET, AUTH_GATEWAY_SECRET_PREVIOUS } = check(gatewayVariables, env)
    return {
      mode: 'gateway',
      secrets: [AUTH_GATEWAY_SECRET, AUTH_GATEWAY_SECRET_PREVIOUS ?? AUTH_GATEWAY_SECRET],
    }
  }
  const { AUTH_JWKS, AUTH_ISSUER, AUTH_AUDIENCE, WITHDRAWAL, TOKEN_MAX_AGE } = check(jwtVariables, env)
  return {
    mode: 'jwt',
    jwks: AUTH_JWKS,
    issuer: AUTH_ISSUER,
    audience: AUTH_AUDIENCE,
    ...(WITHDRAWAL === 'on' && { tokenMaxAgeSeconds: TOKEN_MAX_AGE }),
  }
}

/** Verified with the keys at hand, never by fetching them from ourselves. */
const ownTokens = (env: Environment, { keys }: AccountsConfig): JwtConfig => {
  const others = OF_OTHER_ISSUERS.filter((name) => env[name])
  if (others.length > 0) throw misconfigured(`not to be set with ACCOUNTS=on: ${others.join(', ')}`)
  const { TOKEN_MAX_AGE } = check(z.object(maxAge), env)
  return {
    mode: 'jwt',
    jwks: publicKeysOf(keys),
    issuer: OWN_ISSUER,
    audience: OWN_ISSUER,
    tokenMaxAgeSeconds: TOKEN_MAX_AGE,
    isOwn: true,
  }
}

const OF_OTHER_ISSUERS = [
  'AUTH_MODE',
  ...Object.keys(jwtVariables.shape),
  ...Object.keys(gatewayVariables.shape),
].filter((name) => name.startsWith('AUTH_'))
