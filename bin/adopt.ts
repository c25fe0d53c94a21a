/** `npm run migrate -- inbox`: lists dialogs from before inboxes in those of their people, in the database that CQL_* names. */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { LRUCache } from 'lru-cache'
import { emptyBucketMemory } from '../lib/buckets/memory.ts'
import { startCall } from '../lib/call.ts'
import { readDatabaseConfig } from '../lib/config/database.ts'
import type { Context } from '../lib/context.ts'
import { adoptDialog } from '../lib/inbox/adopt.ts'
import { adoptAll, type Course } from '../lib/inbox/adopt-all.ts'
import { openLog } from '../lib/log.ts'
import { NO_METRICS } from '../lib/metrics/metrics.ts'
import { randomPool } from '../lib/random.ts'
import { dialogsBetween, GREATEST_TOKEN, LEAST_TOKEN } from '../lib/store/dialogs.ts'
import { storeOn } from '../lib/store/open.ts'
import { connect, type Database } from '../lib/store/scylla/connect.ts'
import { DEFAULT_RULES } from '../lib/timeline/rules.ts'

const USAGE = 'usage: npm run migrate -- inbox [--from=<token>] [--per-second=<dialogs>]'
/** Some five thousand small statements a second. */
const PER_SECOND = 500
/** For the statements of one attempt at one dialog. */
const ATTEMPT_MS = 10_000
/** Pages read genesis whole: about as much as the rest of the head. */
const GENESIS_ROWS = 1_000
const INBOXES = 10_000

type Surroundings = { say: (line: string) => void; signal: AbortSignal; genesisRows?: number }

/** @throws Error for a person: about the arguments, the schema, or with the command that continues */
export const adopt = async (
  args: string[],
  env: NodeJS.ProcessEnv,
  { say, signal, genesisRows = GENESIS_ROWS }: Surroundings,
): Promise<void> => {
  const course = courseOf(args)
  if (env['EMBEDDED_STORE']) {
    say('an embedded store of this version has no dialogs from before inboxes: nothing to do')
    return
  }
  const config = readDatabaseConfig(env)
  const database = await connect(config, config.keyspace)
  try {
    const contextFor = contextsOn(database)
    if (!(await contextFor().store.schemaIsCurrent()))
      throw new Error(`keyspace ${config.keyspace} lacks a migration: npm run migrate`)
    const adoption = {
      genesisRows,
      inboxes: new LRUCache<string, { rows: number; hasOverflow: boolean }>({ max: INBOXES }),
      sleep,
    }
    await adoptAll(course, {
      dialogsBetween: (...range) => dialogsBetween(database.within(startCall(ATTEMPT_MS)), ...range),
      adopt: (dialog) => adoptDialog(dialog, adoption, contextFor()),
      now: () => performance.now(),
      // However slow the pace, an interruption ends the wait.
      sleep: (ms) => sleep(ms, undefined, { signal }).catch(() => undefined),
      say,
      signal,
    })
  } finally {
    await database.close()
  }
}

/** @throws Error with the usage */
const courseOf = (args: string[]): Course => {
  const { from, 'per-second': perSecond } = valuesOf(args)
  const course = { from: from === undefined ? LEAST_TOKEN : tokenIn(from), perSecond: Number(perSecond) }
  if (!(course.perSecond > 0 && course.perSecond <= 1_000_000))
    throw new Error(`--per-second must be a number above 0\n${USAGE}`)
  return course
}

const valuesOf = (args: string[]) => {
  const options = {
    from: { type: 'string' },
    'per-second': { type: 'string', default: String(PER_SECOND) },
  } as const
  try {
    return parseArgs({ args, options }).values
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`)
  }
}

const tokenIn = (text: string): bigint => {
  const token = /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined
  if (token === undefined || token < LEAST_TOKEN || token > GREATEST_TOKEN)
    throw new Error(`--from must be a token\n${USAGE}`)
  return token
}

/** Each with a deadline of its own; the rest is shared. */
const contextsOn = (database: Database) => {
  const shared = {
    clock: {},
    now: Date.now,
    random: randomPool(),
    log: openLog(),
    metrics: NO_METRICS,
    rules: DEFAULT_RULES,
    memory: emptyBucketMemory(),
    note: () => undefined,
  }
  return (): Context => ({ ...shared, store: storeOn(database.within(startCall(ATTEMPT_MS))) })
}
