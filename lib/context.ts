/** What a use case works with, and the one place where it is all assembled. */
import type { Accounts } from './accounts/accounts.ts'
import { passwords } from './accounts/password.ts'
import { standings } from './accounts/standing.ts'
import { type BucketMemory, emptyBucketMemory } from './buckets/memory.ts'
import { type ByteBudget, byteBudget } from './byte-budget.ts'
import type { Call, Facts } from './call.ts'
import { type Config, readConfig } from './config/config.ts'
import type { Environment } from './config/environment.ts'
import { databaseOf } from './database.ts'
import { functionsPush } from './delivery/gateway.ts'
import type { Fault } from './errors.ts'
import { once } from './lazy.ts'
import { type Log, openLog, type RequestLog } from './log.ts'
import { embeddedMetrics } from './metrics/embedded.ts'
import { type Metrics, NO_METRICS } from './metrics/metrics.ts'
import type { TokenIdentity } from './model/token.ts'
import type { Push } from './push/wire.ts'
import { randomPool } from './random.ts'
import { measuredBy } from './store/measured.ts'
import { type Databases, openStore, STATEMENT_NAMES } from './store/open.ts'
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
  metrics: Metrics
  rules: Rules
  memory: BucketMemory
  /** Undefined: people have their accounts elsewhere. */
  accounts?: Accounts | undefined
  /** Where the page opens its WebSocket; undefined: beside itself. */
  socketUrl?: string | undefined
  /** Undefined: nothing is pushed. */
  push?: Push | undefined
  /** As in `Call`: what is neither written nor answered has to wait for it by itself. */
  permission?: Promise<void> | undefined
  /** What its steps are recorded under. */
  span?: Call['span']
  /** Adds facts to the request's log line. */
  note: (facts: Facts) => void
}

/** An instance of the service: what its requests share. */
export type App = {
  log: Log
  metrics: Metrics
  /** Undefined: nothing is recorded. */
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

/** What the contexts of an instance's requests have in common. */
type Shared = Pick<Context, 'clock' | 'random' | 'memory' | 'metrics'> & {
  config: () => Config
  accounts: () => Accounts | undefined
  push: () => Push | undefined
  storeFor: (call: Call) => Store
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
    this.store = shared.storeFor(call)
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

  get metrics() {
    return this.shared.metrics
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

  get permission() {
    return this.call.permission
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

/** With nothing to measure for, requests have no other store, and no more work, than before there was anything to measure. */
const storesOn = (connected: Databases, metrics: Metrics): Shared['storeFor'] => {
  if (metrics === NO_METRICS) return (call) => openStore(connected, call)
  const measured = measuredBy(metrics, STATEMENT_NAMES)
  return (call) => measured(openStore(connected, call))
}

/** What a runtime other than that of functions does in its own way: how it reaches connections, and where metrics go. */
type Own = { push?: () => Push | undefined; metrics?: Metrics | undefined }

/** Lazy: configuration is read, and the database connected, when a request or `warmUp` first needs them. */
export const openApp = (env: Environment, log: Log = openLog(), own: Own = {}): App => {
  const config = once(() => readConfig(env))
  const push = own.push ?? once(() => functionsPush(config().push, env, log))
  const metrics = own.metrics ?? (env['METRICS'] === 'on' ? embeddedMetrics(Date.now) : NO_METRICS)
  const { connected, warmUp, close } = databaseOf(config, metrics)
  const random = randomPool()
  const accounts = once(() => accountsWith(config(), random))
  const shared: Shared = {
    clock: {},
    ...{ random, metrics, config, accounts, push },
    memory: emptyBucketMemory(),
    storeFor: storesOn(connected, metrics),
  }
  return {
    log,
    metrics,
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
