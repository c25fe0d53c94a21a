/** The table `schema_versions`: which migrations have been applied? */
import type { Execute, Statement } from './scylla/statement.ts'
import type { Store } from './store.ts'

/** The newest file in cql/migrations that this code relies on. */
export const SCHEMA_VERSION = 3

const SELECT_NEWEST: Statement = {
  kind: 'read',
  cql: "SELECT version FROM schema_versions WHERE scope = 'dialogs' LIMIT 1",
}

export const schemaVersions = (execute: Execute): Pick<Store, 'schemaIsCurrent'> => ({
  schemaIsCurrent: async () => {
    const { rows } = await execute(SELECT_NEWEST, [])
    return Number(rows[0]?.['version'] ?? 0) >= SCHEMA_VERSION
  },
})
