/** The table `schema_versions`: which migrations have been applied? */
import type { Statements } from './bound.ts'
import type { Execute, Statement } from './scylla/statement.ts'

/** The newest file in cql/migrations that this code relies on. */
export const SCHEMA_VERSION = 8

const SELECT_NEWEST: Statement = {
  kind: 'read',
  cql: "SELECT version FROM schema_versions WHERE scope = 'dialogs' LIMIT 1",
}

export const schemaVersions: Statements<Execute, 'schemaIsCurrent'> = {
  schemaIsCurrent: async (execute) => {
    const { rows } = await execute(SELECT_NEWEST, [])
    return Number(rows[0]?.['version'] ?? 0) >= SCHEMA_VERSION
  },
}
