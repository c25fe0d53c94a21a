/** The port, bound to one call: on a CQL database, or on the embedded store. */
import type { Call } from '../call.ts'
import type { DatabaseConfig } from '../config.ts'
import type { EmbeddedConfig } from '../embedded.ts'
import { bucketsTable } from './buckets.ts'
import { claimsTable } from './claims.ts'
import { messagesTable } from './messages.ts'
import { databaseNode } from './node.ts'
import { schemaVersions } from './schema-versions.ts'
import { connect, type Database } from './scylla/connect.ts'
import type { Execute } from './scylla/statement.ts'
import type { EmbeddedStore } from './sqlite/embedded.ts'
import type { Store } from './store.ts'

/** Archives are built without the embedded store: serverless.yml. */
export const openDatabase = async (
  config: DatabaseConfig | EmbeddedConfig,
): Promise<Database | EmbeddedStore> => {
  if (!('file' in config)) return connect(config, config.keyspace)
  const { openEmbedded } = await import('./sqlite/embedded.ts')
  return openEmbedded(config.file)
}

/** The first statement connects; when that fails, the next one tries again. */
export const openStore = (database: () => Promise<Database | EmbeddedStore>, call: Call): Store => {
  const onCql = tablesOn(async (...statement) => ((await database()) as Database).within(call)(...statement))
  const late = <Name extends keyof Store>(name: Name) => {
    type Ask = (...parameters: Parameters<Store[Name]>) => ReturnType<Store[Name]>
    const ask = async (...parameters: Parameters<Store[Name]>) => {
      const opened = await database()
      const store = 'storeFor' in opened ? opened.storeFor(call) : onCql
      return (store[name] as Ask)(...parameters)
    }
    return ask as Ask
  }
  return {
    insertMessage: late('insertMessage'),
    claimSend: late('claimSend'),
    readClaim: late('readClaim'),
    messagesBefore: late('messagesBefore'),
    messageIdsBefore: late('messageIdsBefore'),
    messagesAfter: late('messagesAfter'),
    newestBucket: late('newestBucket'),
    bucketsUpTo: late('bucketsUpTo'),
    bucketsAbove: late('bucketsAbove'),
    insertBucket: late('insertBucket'),
    setVisibleFrom: late('setVisibleFrom'),
    databaseTime: late('databaseTime'),
    schemaIsCurrent: late('schemaIsCurrent'),
  }
}

const tablesOn = (execute: Execute): Store => ({
  ...messagesTable(execute),
  ...bucketsTable(execute),
  ...claimsTable(execute),
  ...databaseNode(execute),
  ...schemaVersions(execute),
})
