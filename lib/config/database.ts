/** The environment, read once at the door: raw variables -> checked variables -> nested configuration. */
import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { type EmbeddedConfig, readEmbeddedConfig } from './embedded.ts'
import { check, type Environment, misconfigured } from './environment.ts'
import { type Limits, readLimits } from './limits.ts'
import { DEFAULT_RULES, flawOfRules, type Rules } from './timeline/rules.ts'

export type DatabaseConfig = {
  contactPoints: string[]
  port: number
  localDataCenter: string
  keyspace: string
  /** Data centre -> number of replicas. */
  replication: Record<string, number>
  credentials?: { username: string; password: string }
  tls?: { ca?: string }
  /** To how many nodes an instance connects, not knowing which has what; absent: to all of its data centre. */
  mostNodes?: number
}
export type JwtConfig = { mode: 'jwt'; jwks: URL | { keys: unknown[] }; issuer: string; audience: string }
export type GatewayConfig = { mode: 'gateway'; secrets: string[] }
export type AuthConfig = JwtConfig | GatewayConfig
export type Config = {
  auth: AuthConfig
  database: DatabaseConfig | EmbeddedConfig
  rules: Rules
  limits: Limits
}
export type ServerConfig = {
  host: string
  port: number
  /** Processes that serve at the same time. */
  workers: number
  /** Of each process: one more is closed as soon as it is accepted. */
  connections: number
  cors: { origins: string[]; headers: string[] }
}

const text = z.string().min(1)
const name = z.string().regex(/^[a-z][a-z0-9_]{0,47}$/, 'must be 1..48 of a-z, 0-9 and _, a letter first')
const secret = z.string().min(16, 'must have at least 16 characters')

/** A file's content, or the value itself when it is the content already. */
const fileOr = (isContent: (value: string) => boolean) =>
  text.transform((value, context) => {
    if (isContent(value)) return value
    try {
      return readFileSync(value, 'utf8')
    } catch {
      context.addIssue('names a file that cannot be read')
      return z.NEVER
    }
  })

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

/** Plain http only on this machine: whoever can change the keys on the way can be anybody. */
const keySetUrl = z
  .url({ protocol: /^https?$/ })
  .transform((url) => new URL(url))
  .refine(
    ({ protocol, hostname }) => protocol === 'https:' || /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname),
  )

const list = text.transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)

const databaseVariables = z.object({
  CQL_CONTACT_POINTS: list.refine((points) => points.length > 0, 'names no address'),
  CQL_PORT: z.coerce.number().int().min(1).max(65_535).default(9042),
  CQL_LOCAL_DATA_CENTER: text.default('datacenter1'),
  CQL_KEYSPACE: name.default('dialogs'),
  CQL_REPLICATION: z
    .string()
    .regex(/^[\w-]+:[1-9](,[\w-]+:[1-9])*$/, 'must read like datacenter1:3,datacenter2:3')
    .optional(),
  CQL_USERNAME: text.optional(),
  CQL_PASSWORD: text.optional(),
  CQL_TLS: z.enum(['on', 'off']).default('off'),
  CQL_TLS_CA: fileOr((value) => value.startsWith('-----BEGIN')).optional(),
  AWS_LAMBDA_FUNCTION_NAME: text.optional(),
})
/** A function has one request at a time, and of a hundred nodes any three will do. */
const NODES_OF_A_FUNCTION = 3

const bucketVariables = z.object({
  BUCKET_ROWS: z.coerce.number().default(DEFAULT_RULES.bucketRows),
  BUCKET_BYTES: z.coerce.number().default(DEFAULT_RULES.bucketBytes),
  FILL_SECONDS: z.coerce.number().default(DEFAULT_RULES.fillSeconds),
})

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

const isOrigin = (text: string) =>
  /^https?:$/.test(URL.parse(text)?.protocol ?? '') && new URL(text).origin === text
const isHeaderName = (text: string) => /^[\w!#$%&'*+.^`|~-]+$/.test(text)

const serverVariables = z.object({
  HOST: text.default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  WORKERS: z.coerce.number().int().min(1).max(64).default(1),
  CONNECTIONS: z.coerce.number().int().min(1).max(1_000_000).default(20_000),
  CORS_ORIGINS: list
    .refine((all) => all.every(isOrigin), 'must list origins like https://app.example')
    .default([]),
  CORS_HEADERS: list.refine((all) => all.every(isHeaderName), 'must list names of headers').default([]),
})

/** @throws Fault `misconfigured` that names every missing or wrong variable, and no value. */
export const readConfig = (env: Environment): Config => ({
  auth: readAuthConfig(env),
  database: readEmbeddedConfig(env) ?? readDatabaseConfig(env),
  rules: readRules(env),
  limits: readLimits(env),
})

/** @throws Fault `misconfigured` */
export const readDatabaseConfig = (env: Environment): DatabaseConfig => {
  const checked = check(databaseVariables, env)
  if (Boolean(checked.CQL_USERNAME) !== Boolean(checked.CQL_PASSWORD)) {
    throw misconfigured('CQL_USERNAME and CQL_PASSWORD go together')
  }
  if (checked.CQL_TLS_CA && checked.CQL_TLS === 'off') throw misconfigured('CQL_TLS_CA needs CQL_TLS=on')
  return {
    contactPoints: checked.CQL_CONTACT_POINTS,
    port: checked.CQL_PORT,
    localDataCenter: checked.CQL_LOCAL_DATA_CENTER,
    keyspace: checked.CQL_KEYSPACE,
    replication: replicationOf(checked.CQL_REPLICATION ?? `${checked.CQL_LOCAL_DATA_CENTER}:3`),
    ...(checked.CQL_USERNAME &&
      checked.CQL_PASSWORD && {
        credentials: { username: checked.CQL_USERNAME, password: checked.CQL_PASSWORD },
      }),
    ...(checked.AWS_LAMBDA_FUNCTION_NAME && { mostNodes: NODES_OF_A_FUNCTION }),
    ...(checked.CQL_TLS === 'on' && { tls: { ...(checked.CQL_TLS_CA && { ca: checked.CQL_TLS_CA }) } }),
  }
}

/** @throws Fault `misconfigured` when a number is out of its range, or the three make no sense together */
const readRules = (env: Environment): Rules => {
  const { BUCKET_ROWS, BUCKET_BYTES, FILL_SECONDS } = check(bucketVariables, env)
  const rules = { bucketRows: BUCKET_ROWS, bucketBytes: BUCKET_BYTES, fillSeconds: FILL_SECONDS }
  const flaw = flawOfRules(rules)
  if (flaw) throw misconfigured(flaw.replace(/[a-z]+[A-Z][a-z]+/g, variableOf))
  return rules
}

const variableOf = (field: string) => field.replace(/[A-Z]/g, '_$&').toUpperCase()

/** @throws Fault `misconfigured` */
export const readServerConfig = (env: Environment): ServerConfig => {
  const { HOST, PORT, WORKERS, CONNECTIONS, CORS_ORIGINS, CORS_HEADERS } = check(serverVariables, env)
  const cors = { origins: CORS_ORIGINS, headers: CORS_HEADERS }
  return { host: HOST, port: PORT, workers: WORKERS, connections: CONNECTIONS, cors }
}

const readAuthConfig = (env: Environment): AuthConfig => {
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

const replicationOf = (pairs: string): Record<string, number> => {
  const split = pairs.split(',').map((pair) => pair.split(':'))
  return Object.fromEntries(split.map(([dataCenter, replicas]) => [dataCenter, Number(replicas)]))
}
