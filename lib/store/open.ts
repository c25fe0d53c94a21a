/** The port bound to one call, on a CQL database or the embedded store. */
import type { Call } from '../call.ts'
import type { DatabaseConfig } from '../config/database.ts'
import type { EmbeddedConfig } from '../config/embedded.ts'
import { bound, type Statements } from './bound.ts'
import { bucketsTable } from './buckets.ts'
import { claimsTable } from './claims.ts'
import { connectionsTable } from './connections.ts'
import { inboxTable } from './inbox.ts'
import { marksTable } from './marks.ts'
import { messagesTable } from './messages.ts'
import { databaseNode } from './node.ts'
import { recorded } from './recorded.ts'
import { schemaVersions } from './schema-versions.ts'
import { connect, type Database } from './scylla/connect.ts'
import type { Execute } from './scylla/statement.ts'
import { sessionsTable } from './sessions.ts'
import { signInFailuresTable } from './sign-in-failures.ts'
import type { Store } from './store.ts'
import { usersTable } from './users.ts'
import { withdrawnTable } from './withdrawn.ts'

/** The database, if it can be used right away; else a promise, while that is being checked or a client is built. */
export type Databases = () => OpenDatabase | Promise<OpenDatabase>
export type OpenDatabase = Pick<Database, 'addresses' | 'wake' | 'isSpent' | 'close'> & {
  storeFor: (call: Call) => Store
}

/**
 * @param known last known addresses of nodes, in case no contact point answers
 * @throws Fault `database_unavailable`, `misconfigured`
 */
export const openDatabase = async (
  config: DatabaseConfig | EmbeddedConfig,
  known: string[],
): Promise<OpenDatabase> => {
  // Archives are built without the embedded store: serverless.yml.
  if ('file' in config) return (await import('./sqlite/embedded.ts')).openEmbedded(config.file)
  const database = await connect(config, config.keyspace, { atOnce: true, known })
  return { ...database, storeFor: (call) => storeOn(database.within(call)) }
}

const STATEMENTS: Statements<Execute> = {
  ...messagesTable,
  ...bucketsTable,
  ...marksTable,
  ...inboxTable,
  ...claimsTable,
  ...withdrawnTable,
  ...usersTable,
  ...sessionsTable,
  ...signInFailuresTable,
  ...connectionsTable,
  ...databaseNode,
  ...schemaVersions,
}

export const storeOn = bound(STATEMENTS)

/** What a request has of the database before its first statement. */
type Prospect = { database: Databases; call: Call }

/** Asks for the database with each statement: the first one connects; if that fails, the next one tries again. */
const deferred = (name: keyof Store) => {
  type Ask = (...asked: unknown[]) => Promise<unknown>
  const run = (database: Databases, call: Call, asked: unknown[]) => {
    const ask = (open: OpenDatabase) => (open.storeFor(call) as Record<keyof Store, Ask>)[name](...asked)
    const current = database()
    return current instanceof Promise ? current.then(ask) : ask(current)
  }
  return ({ database, call }: Prospect, ...asked: unknown[]) =>
    call.span
      ? recorded(name, asked, call, call.span, (own) => run(database, own, asked))
      : run(database, call, asked)
}

export const STATEMENT_NAMES = Object.keys(STATEMENTS) as (keyof Store)[]
const prospectiveStore = bound(
  Object.fromEntries(STATEMENT_NAMES.map((name) => [name, deferred(name)])) as Statements<Prospect>,
)

export const openStore = (database: Databases, call: Call): Store => prospectiveStore({ database, call })
