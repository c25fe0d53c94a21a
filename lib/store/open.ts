/** The port bound to one call, on a CQL database or the embedded store. */
import type { Call } from '../call.ts'
import type { DatabaseConfig } from '../config/database.ts'
import type { EmbeddedConfig } from '../config/embedded.ts'
import { bucketsTable } from './buckets.ts'
import { claimsTable } from './claims.ts'
import { messagesTable } from './messages.ts'
import { databaseNode } from './node.ts'
import { schemaVersions } from './schema-versions.ts'
import { connect, type Database } from './scylla/connect.ts'
import type { Execute } from './scylla/statement.ts'
import type { Store } from './store.ts'

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

export const storeOn = (execute: Execute): Store => ({
  ...messagesTable(execute),
  ...bucketsTable(execute),
  ...claimsTable(execute),
  ...databaseNode(execute),
  ...schemaVersions(execute),
})

/** All of them: the compiler sees to it. */
const STATEMENTS = Object.keys({
  insertMessage: true,
  claimSend: true,
  readClaim: true,
  messagesBefore: true,
  messageIdsBefore: true,
  messagesAfter: true,
  newestBucket: true,
  bucketsUpTo: true,
  bucketsAbove: true,
  insertBucket: true,
  setVisibleFrom: true,
  databaseTime: true,
  schemaIsCurrent: true,
} satisfies Record<keyof Store, true>) as (keyof Store)[]

/** The first statement connects; if that fails, the next one tries again. */
export const openStore = (database: Databases, call: Call): Store => {
  let last: OpenDatabase | undefined
  let store: Store | undefined
  const on = (current: OpenDatabase): Store => {
    if (!store || current !== last) store = current.storeFor(call)
    last = current
    return store
  }
  const deferred =
    (name: keyof Store) =>
    (...parameters: unknown[]) => {
      type Ask = (...parameters: unknown[]) => Promise<unknown>
      const current = database()
      if (current instanceof Promise) return current.then((open) => (on(open)[name] as Ask)(...parameters))
      return (on(current)[name] as Ask)(...parameters)
    }
  return Object.fromEntries(STATEMENTS.map((name) => [name, deferred(name)])) as Store
}
