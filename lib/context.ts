/** What a use case works with, and the one place where it is all assembled. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Accounts } from './accounts/accounts.ts'
import { passwords } from './accounts/password.ts'
import { standings } from './accounts/standing.ts'
import { backoffMs } from './backoff.ts'
import { type BucketMemory, emptyBucketMemory } from './buckets/memory.ts'
import { type ByteBudget, byteBudget } from './byte-budget.ts'
import type { Call, Facts } from './call.ts'
import { type Config, readConfig } from './config/config.ts'
import type { Environment } from './config/environment.ts'
import { functionsPush } from './delivery/gateway.ts'
import { Fault } from './errors.ts'
import { lazy, once } from './lazy.ts'
import { type Log, openLog, type RequestLog } from './log.ts'
import type { TokenIdentity } from './model/token.ts'
import type { Push } from './push/wire.ts'
import { randomPool } from './random.ts'
import { type Databases, type OpenDatabase, openDatabase, openStore } from './store/open.ts'
import type { Store } from './store/store.ts'
import type { ClockMemory } from './timeline/clock.ts'
import type { Rules } from './timeline/rules.ts'
import { loadedTracer, type Tracer } from './trace/span.ts'

export type Context = {
  store: Store
  clock: ClockMemory
  /** The wall clock in unix milliseconds, which stamps messages. */
  now: () => number
  random: (bytes: number) => Uint8Array
  log: RequestLog
  rules: Rules
  memory: BucketMemory
  /** Undefined: people have their accounts elsewhere. */
  accounts?: Accounts | undefined
  /** Where the page opens its WebSocket; undefined: beside itself. */
  socketUrl?: string | undefined
  /** Undefined: nothing is pushed. */
  push?: Push | undefined
  span?: Call['span']
  /** Adds facts to the request's log line. */
  note: (facts: Facts) => void
}

/** An instance of the service: what its requests share. */
export type App = {
  log: Log
  tracer?: Tracer | undefined
  /** @throws Fault `misconfigured` */
  config: () => Config
  contextFor: (call: Call, from: { readonly log: RequestLog }) => Context
  /** Whether a token is withdrawn: known already, or asked of the database. */
  isVoid: (token: TokenIdentity, ctx: Pick<Context, 'store' | 'now'>) => boolean | Promise<boolean>
  /** Undefined: nothing is pushed. */
  push: () => Push | undefined
  /** The memory budget that large replies share. @throws Fault `misconfigured` */
  replyBytes: () => ByteBudget
  /**
   * Connects to the database ahead of the first request; if that fails, a request tries again. Resolves to the failure, if
   * any, within three seconds of the first call: a function's init phase has ten.
   */
  warmUp: () => Promise<Fault | undefined>
  /** Warms up in a function's init phase, which has more time and processor than its first request; elsewhere a no-op. */
  initialize: () => Promise<void>
  /** Closes the database connection, for apps that end before their process does. */
  close: () => Promise<void>
}

const WARM_UP_MS = 3_000

/**
 * One client shared by all requests, replaced when it is spent; the new one also tries the last known addresses of
 * nodes.
 */
const databaseOf = (config: () => Config) => {
  let known: string[] = []
  const database = lazy(
    async () => openDatabase(config().database, known),
    {
      isSpent: (open) => open.isSpent(),
      dispose: (open) => {
        known = open.addresses()
        return open.close()
      },
    },
    (failures) => backoffMs(failures, Math.random()),
  )
  let warmingUp: Promise<Fault | undefined> | undefined
  let warmedUp: Promise<Fault | undefined> | undefined
  const connecting = async (open: OpenDatabase | undefined, waking: Promise<void> | undefined) => {
    // A failed warm-up, perhaps frozen half-way, must not fail a request.
    if (!open) await warmingUp
    await (waking ?? (await database()).wake())
    return database()
  }
  return {
    connected: () => {
      const open = database.current()
      const waking = open?.wake()
      return open && !waking ? open : connecting(open, waking)
    },
    warmUp: () => {
      warmingUp ??= database().then(
        () => undefined,
        (error) => (error instanceof Fault ? error : undefined),
      )
      warmedUp ??= Promise.race([warmingUp, sleep(WARM_UP_MS, undefined, { ref: false })])
      return warmedUp
    },
    close: database.retire,
  }
}

/** What the contexts of an instance's requests have in common. */
type Shared = Pick<Context, 'clock' | 'random' | 'memory'> & {
  config: () => Config
  accounts: () => Accounts | undefined
  push: () => Push | undefined
  connected: Databases
}

/** A class, since getters on a prototype cost a request nothing, unlike those of an object made for it. */
class RequestContext implements Context {
  readonly store: Store
  readonly clock: ClockMemory
  readonly now = Date.now
  readonly random: Context['random']
  readonly memory: BucketMemory
  private readonly shared: Shared
  private readonly call: Call
  private readonly from: { readonly log: RequestLog }

  constructor(shared: Shared, call: Call, from: { readonly log: RequestLog }) {
    this.store = openStore(shared.connected, call)
    this.clock = shared.clock
    this.random = shared.random
    this.memory = shared.memory
    this.shared = shared
    this.call = call
    this.from = from
  }

  get log() {
    return this.from.log
  }

  get rules() {
    return this.shared.config().rules
  }

  get accounts() {
    return this.shared.accounts()
  }

  get socketUrl() {
    return this.shared.config().page.socketUrl
  }

  get push() {
    return this.shared.push()
  }

  get span() {
    return this.call.span
  }

  note(facts: Facts) {
    Object.assign(this.call.facts, facts)
  }
}

/** One an app, whose passwords share a limit. */
export const accountsWith = (
  { accounts, auth }: Pick<Config, 'accounts' | 'auth'>,
  random: Context['random'],
): Accounts | undefined => {
  if (!accounts || auth.mode !== 'jwt' || auth.tokenMaxAgeSeconds === undefined) return undefined
  return { ...accounts, tokenMaxAgeSeconds: auth.tokenMaxAgeSeconds, passwords: passwords(random) }
}

/**
 * Lazy: configuration is read, and the database connected, when a request or `warmUp` first needs them.
 * @param ownPush how this runtime reaches connections, unless it is that of functions
 */
export const openApp = (env: Environment, log: Log = openLog(), ownPush?: () => Push | undefined): App => {
  const config = once(() => readConfig(env))
  const push = ownPush ?? once(() => functionsPush(config().push, env, log))
  const { connected, warmUp, close } = databaseOf(config)
  const random = randomPool()
  const accounts = once(() => accountsWith(config(), random))
  const shared: Shared = { clock: {}, random, memory: emptyBucketMemory(), config, accounts, push, connected }
  return {
    log,
    tracer: loadedTracer(),
    config,
    replyBytes: once(() => byteBudget(config().limits.replyBytes)),
    push,
    isVoid: standings(),
    contextFor: (call, from) => new RequestContext(shared, call, from),
    warmUp,
    initialize: async () => {
      // Set by AWS's runtimes and by compatible ones.
      if (env['AWS_LAMBDA_FUNCTION_NAME']) await warmUp()
    },
    close,
  }
}

export const app = openApp(process.env)
