/** The port on the real database, bound to one call. */
import type { Call } from '../call.ts'
import { bucketsTable } from './buckets.ts'
import { claimsTable } from './claims.ts'
import { messagesTable } from './messages.ts'
import { databaseNode } from './node.ts'
import { schemaVersions } from './schema-versions.ts'
import type { Database } from './scylla/connect.ts'
import type { Execute } from './scylla/statement.ts'
import type { Store } from './store.ts'

/** The first statement connects; when that fails, the next one tries again. */
export const openStore = (database: () => Promise<Database>, call: Call): Store => {
  const execute: Execute = async (...statement) => (await database()).within(call)(...statement)
  return {
    ...messagesTable(execute),
    ...bucketsTable(execute),
    ...claimsTable(execute),
    ...databaseNode(execute),
    ...schemaVersions(execute),
  }
}
