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

/** The first statement connects; if that fails, the next one tries again. */
export const openStore = (database: () => Promise<OpenDatabase>, call: Call): Store => {
  let last: OpenDatabase | undefined
  let store: Store | undefined
  const opened = async (): Promise<Store> => {
    const current = await database()
    if (!store || current !== last) store = current.storeFor(call)
    last = current
    return store
  }
  const deferred = <Name extends keyof Store>(name: Name) => {
    type Ask = (...parameters: Parameters<Store[Name]>) => ReturnType<Store[Name]>
    const ask = async (...parameters: Parameters<Store[Name]>) =>
      ((await opened())[name] as Ask)(...parameters)
    return ask as Ask
  }
  return {
    insertMessage: deferred('insertMessage'),
    claimSend: deferred('claimSend'),
    readClaim: deferred('readClaim'),
    messagesBefore: deferred('messagesBefore'),
    messageIdsBefore: deferred('messageIdsBefore'),
    messagesAfter: deferred('messagesAfter'),
    newestBucket: deferred('newestBucket'),
    bucketsUpTo: deferred('bucketsUpTo'),
    bucketsAbove: deferred('bucketsAbove'),
    insertBucket: deferred('insertBucket'),
    setVisibleFrom: deferred('setVisibleFrom'),
    databaseTime: deferred('databaseTime'),
    schemaIsCurrent: deferred('schemaIsCurrent'),
  }
}
