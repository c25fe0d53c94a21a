/** `npm run migrate`: creates the keyspace and its tables, or brings them up to date. Configuration: CQL_* variables. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readDatabaseConfig } from '../lib/config/database.ts'
import { migrate } from '../lib/store/migrate.ts'
import { readMigrations } from '../lib/store/migrations.ts'
import { fail } from './fail.ts'

const MIGRATIONS = join(import.meta.dirname, '../cql/migrations')

export const migrateTo = (env: NodeJS.ProcessEnv, say: (line: string) => void) =>
  migrate(readDatabaseConfig(env), readMigrations(MIGRATIONS), { owner: randomUUID(), sleep, say })

if (import.meta.main) await migrateTo(process.env, console.log).catch(fail)
