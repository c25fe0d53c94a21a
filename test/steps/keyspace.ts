/** A keyspace of a test file's own on the shared database, with the service on it. */
import { randomUUID } from 'node:crypto'
import { type DatabaseConfig, readDatabaseConfig } from '../../lib/config.ts'
import { openApp } from '../../lib/context.ts'
import { openLog } from '../../lib/log.ts'
import { migrateTo } from '../../scripts/migrate.ts'
import * as given from './given.ts'
import { inProcess } from './service.ts'

export const a_keyspace = (): { variables: Record<string, string>; config: DatabaseConfig } => {
  const variables = { CQL_KEYSPACE: `test_${randomUUID().replaceAll('-', '')}` }
  return { variables, config: readDatabaseConfig({ ...process.env, ...variables }) }
}

/** The functions' own code in this process, on a migrated keyspace of the given database. */
export const a_service_on_the_database = async (database: Record<string, string> = {}) => {
  const provider = await given.an_identity_provider()
  const auth = {
    AUTH_MODE: 'jwt',
    AUTH_JWKS: JSON.stringify({ keys: provider.keys }),
    AUTH_ISSUER: given.ISSUER,
    AUTH_AUDIENCE: given.AUDIENCE,
  }
  const variables = { ...auth, ...a_keyspace().variables, ...database }
  await migrateTo({ ...process.env, ...variables }, () => undefined)
  const lines: string[] = []
  const log = openLog({ write: (line) => void lines.push(line) })
  const app = openApp({ ...process.env, ...variables }, log)
  return { service: inProcess(app), credentials: provider.credentials, variables, lines, close: app.close }
}
