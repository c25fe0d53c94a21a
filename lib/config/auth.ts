/** How callers are authenticated: AUTH_*. */
import * as z from 'zod'
import { check, type Environment } from './environment.ts'
import { fileOr, text } from './fields.ts'

export type JwtConfig = { mode: 'jwt'; jwks: URL | { keys: unknown[] }; issuer: string; audience: string }
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

const jwtVariables = z.object({
  AUTH_JWKS: z.union([keySetUrl, keySet], {
    error: 'must be an https URL, a readable file or inline JSON of a key set',
  }),
  AUTH_ISSUER: text,
  AUTH_AUDIENCE: text,
})

const gatewayVariables = z.object({
  AUTH_GATEWAY_SECRET: secret,
  AUTH_GATEWAY_SECRET_PREVIOUS: secret.optional(),
})

/** @throws Fault `misconfigured` */
export const readAuthConfig = (env: Environment): AuthConfig => {
  const { AUTH_MODE } = check(z.object({ AUTH_MODE: z.enum(['jwt', 'gateway']) }), env)
  if (AUTH_MODE === 'gateway') {
    const { AUTH_GATEWAY_SECRET, AUTH_GATEWAY_SECRET_PREVIOUS } = check(gatewayVariables, env)
    return {
      mode: 'gateway',
      secrets: [AUTH_GATEWAY_SECRET, AUTH_GATEWAY_SECRET_PREVIOUS ?? AUTH_GATEWAY_SECRET],
    }
  }
  const { AUTH_JWKS, AUTH_ISSUER, AUTH_AUDIENCE } = check(jwtVariables, env)
  return { mode: 'jwt', jwks: AUTH_JWKS, issuer: AUTH_ISSUER, audience: AUTH_AUDIENCE }
}
