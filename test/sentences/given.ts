/** The initial state of a test. */
import { randomBytes, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import type { Passwords } from '../../lib/accounts/password.ts'
import { standings } from '../../lib/accounts/standing.ts'
import { emptyBucketMemory } from '../../lib/buckets/memory.ts'
import { byteBudget } from '../../lib/byte-budget.ts'
import type { AccountsConfig } from '../../lib/config/accounts.ts'
import type { AuthConfig, JwtConfig } from '../../lib/config/auth.ts'
import type { Limits } from '../../lib/config/limits.ts'
import { type App, accountsWith } from '../../lib/context.ts'
import { openLog } from '../../lib/log.ts'
import { NO_METRICS } from '../../lib/metrics/metrics.ts'
import type { Push } from '../../lib/push/wire.ts'
import type { Store } from '../../lib/store/store.ts'
import type { ClockMemory } from '../../lib/timeline/clock.ts'
import { DEFAULT_RULES } from '../../lib/timeline/rules.ts'
import { emptyMemory, type Memory, memoryStore } from '../fakes/memory-store.ts'

export type Person = { id: string; headers: Record<string, string> }
/** Issues the credential of a user. */
export type Credentials = (user: string) => Promise<Record<string, string>>

export const ISSUER = 'https://issuer.test'
export const AUDIENCE = 'dialogs'

/** An identity provider with one key. */
export const an_identity_provider = async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256' }
  const kid = await calculateJwkThumbprint(jwk)
  const keys = [{ ...jwk, kid }]
  const claims = (): JWTPayload => ({ iss: ISSUER, aud: AUDIENCE, exp: Math.floor(Date.now() / 1000) + 600 })
  const sign = (payload: JWTPayload, header = {}) =>
    new SignJWT({ ...claims(), ...payload })
      .setProtectedHeader({ alg: 'ES256', kid, ...header })
      .sign(privateKey)
  const auth: JwtConfig = { mode: 'jwt', jwks: { keys }, issuer: ISSUER, audience: AUDIENCE }
  const credentials: Credentials = async (sub) => ({ authorization: `Bearer ${await sign({ sub })}` })
  return { auth, keys, kid, publicKey, privateKey, sign, credentials }
}

/** A user who has never used the service. */
export const a_stranger = async (credentials: Credentials, name = 'user'): Promise<Person> => {
  const id = `${name}-${randomUUID()}`
  return { id, headers: await credentials(id) }
}

export type MemoryApp = App & {
  memory: Memory
  lines: string[]
  clock: ClockMemory
  forget: () => void
  /** Of ids, too, whose random bits decide what is looked at by chance. */
  random: (bytes: number) => Uint8Array
  /** How this service reaches connections; none: nothing is pushed. */
  reached: Push | undefined
  /** Counts the statements of a store. */
  measured: (store: Store) => Store
  /** Writes a line of the log; may throw, as on a full disk. */
  write: (line: string) => void
}

/** A service on the in-memory port, which keeps the lines of its log. */
export const a_service_in_memory = (
  auth: AuthConfig,
  rules = DEFAULT_RULES,
  limits: Partial<Limits> = {},
  accounts?: AccountsConfig,
  hashing?: Passwords,
): MemoryApp => {
  const remembered = emptyBucketMemory()
  const memory = emptyMemory()
  const lines: string[] = []
  const clock: ClockMemory = {}
  const replyBytes = byteBudget(limits.replyBytes ?? 2 ** 30)
  const real = accountsWith({ auth, ...(accounts && { accounts }) }, randomBytes)
  const ofAccounts = real && { ...real, passwords: hashing ?? real.passwords }
  const app: MemoryApp = {
    memory,
    lines,
    clock,
    random: randomBytes,
    reached: undefined,
    forget: () => {
      remembered.plans.clear()
      remembered.seen.clear()
    },
    write: (line) => void lines.push(line),
    log: openLog({ write: (line) => app.write(line) }),
    metrics: NO_METRICS,
    measured: (store) => store,
    config: () => ({
      auth,
      ...(accounts && { accounts }),
      push: { origins: [] },
      database: UNUSED,
      rules,
      limits: { requestsAtOnce: 256, replyBytes: 2 ** 30, ...limits },
      embedsMetrics: false,
      page: {},
    }),
    push: () => app.reached,
    replyBytes: () => replyBytes,
    isVoid: standings(),
    contextFor: (call, { log }) => ({
      store: app.measured(memoryStore(memory, call)),
      clock,
      now: Date.now,
      random: (bytes) => app.random(bytes),
      log,
      metrics: app.metrics,
      rules,
      memory: remembered,
      accounts: ofAccounts,
      push: app.reached,
      get permission() {
        return call.permission
      },
      note: (facts) => void Object.assign(call.facts, facts),
    }),
    warmUp: async () => undefined,
    initialize: async () => undefined,
    close: async () => undefined,
  }
  return app
}

const UNUSED = { contactPoints: [], port: 9042, localDataCenter: '', keyspace: '', replication: {} }
