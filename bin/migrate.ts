/**
 * `npm run migrate`: creates the keyspace and its tables, or brings them up to date; with `inbox`, the dialogs in it.
 * Configuration: CQL_* variables.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readDatabaseConfig } from '../lib/config/database.ts'
import { migrate } from '../lib/store/migrate.ts'
import { readMigrations } from '../lib/store/migrations.ts'
import { adopt } from './adopt.ts'
import { fail } from './fail.ts'

const MIGRATIONS = join(import.meta.dirname, '../cql/migrations')

export const migrateTo = (env: NodeJS.ProcessEnv, say: (line: string) => void) =>
  migrate(readDatabaseConfig(env), readMigrations(MIGRATIONS), { owner: randomUUID(), sleep, say })

/** @throws Error for a person */
const run = async ([what, ...args]: string[]) => {
  if (what === undefined) return migrateTo(process.env, console.log)
  if (what !== 'inbox') throw new Error('usage: npm run migrate [-- inbox]')
  const interruption = new AbortController()
  // Not once: npm passes on a Ctrl-C that this process gets as well, and the second one must not end it at once.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => interruption.abort(new Error(signal)))
  return adopt(args, process.env, { say: console.log, signal: interruption.signal })
}

if (import.meta.main) await run(process.argv.slice(2)).catch(fail)
