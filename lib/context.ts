/** What a use case gets to work with, and the one place where it is all put together. */
import { randomBytes } from 'node:crypto'
import { type ByteBudget, byteBudget } from './byte-budget.ts'
import type { Call, Facts } from './call.ts'
import { type Config, readConfig } from './config.ts'
import { type DialogMemory, emptyDialogMemory } from './dialog/memory.ts'
import type { Environment } from './environment.ts'
import { lazy } from './lazy.ts'
import { type Log, openLog } from './log.ts'
import { openDatabase, openStore } from './store/open.ts'
import type { Store } from './store/store.ts'
import type { ClockMemory } from './timeline/clock.ts'
import type { Rules } from './timeline/rules.ts'

export type Context = {
  store: Store
  clock: ClockMemory
  /** The wall clock, in unix milliseconds: what messages are stamped with. */
  now: () => number
  random: (bytes: number) => Uint8Array
  log: Log
  rules: Rules
  memory: DialogMemory
  /** For the request's line in the log. */
  note: (facts: Facts) => void
  /** From here on this is the caller's reply, even if the deadline passes over what is still being done. */
  decide: (result: unknown) => void
}

/** An instance of the service: what its requests share. */
export type App = {
  log: Log
  /** @throws Fault `misconfigured` */
  config: () => Config
  contextFor: (call: Call, log: Log) => Context
  /** What large replies share. @throws Fault `misconfigured` */
  replyBytes: () => ByteBudget
  /** Connects to the database ahead of the first request; when that fails, the first request tries again. */
  warmUp: () => void
  /** Closes the database connection, for those who end before their process does. */
  close: () => Promise<void>
}

/** Nothing happens yet: configuration is read, and the database connected, when a request or `warmUp` needs them. */
export const openApp = (env: Environment, log: Log = openLog()): App => {
  const clock: ClockMemory = {}
  const memory = emptyDialogMemory()
  let read: Config | undefined
  let replyBytes: ByteBudget | undefined
  const config = () => {
    read ??= readConfig(env)
    return read
  }
  const database = lazy(async () => openDatabase(config().database), {
    isSpent: (connection) => connection.isSpent(),
    dispose: (connection) => connection.close(),
  })
  let warmingUp: Promise<unknown> | undefined
  /** A failure of the connection made ahead, perhaps frozen half-way, is not the failure of a request. */
  const connected = async () => {
    await warmingUp
    return database()
  }
  return {
    log,
    config,
    replyBytes: () => {
      replyBytes ??= byteBudget(config().limits.replyBytes)
      return replyBytes
    },
    contextFor: (call, requestLog) => ({
      store: openStore(connected, call),
      clock,
      now: Date.now,
      random: randomBytes,
      log: requestLog,
      get rules() {
        return config().rules
      },
      memory,
      note: (facts) => void Object.assign(call.facts, facts),
      decide: (result) => {
        call.decided = { result }
      },
    }),
    warmUp: () => {
      warmingUp ??= database().catch(() => undefined)
    },
    close: database.retire,
  }
}

export const app = openApp(process.env)
