/** A keyspace for one test file on the shared database, and the service on it. */
import { randomUUID } from 'node:crypto'
import { migrateTo } from '../../bin/migrate.ts'
import { type DatabaseConfig, readDatabaseConfig } from '../../lib/config/database.ts'
import { openApp } from '../../lib/context.ts'
import { openLog } from '../../lib/log.ts'
import * as given from '../sentences/given.ts'
import { inProcess } from './service.ts'

export const a_keyspace = (): { variables: Record<string, string>; config: DatabaseConfig } => {
  const variables = a_keyspace_name()
  return { variables, config: readDatabaseConfig({ ...process.env, ...variables }) }
}

/** The variables under which the provider's tokens are accepted. */
export const authVariables = ({ keys }: { keys: object[] }): Record<string, string> => ({
  AUTH_MODE: 'jwt',
  AUTH_JWKS: JSON.stringify({ keys }),
  AUTH_ISSUER: given.ISSUER,
  AUTH_AUDIENCE: given.AUDIENCE,
})

const a_keyspace_name = () => ({ CQL_KEYSPACE: `test_${randomUUID().replaceAll('-', '')}` })

/** A migrated keyspace on the given database, and an identity provider; `variables` configure a service for both. */
export const a_place_to_serve = async (database: Record<string, string> = {}) => {
  const provider = await given.an_identity_provider()
  const shared = Object.entries(process.env).filter(([name]) => name.startsWith('CQL_'))
  const variables: Record<string, string> = {
    ...(Object.fromEntries(shared) as Record<string, string>),
    ...authVariables(provider),
    ...a_keyspace_name(),
    ...database,
  }
  await migrateTo(variables, () => undefined)
  return { credentials: provider.credentials, variables }
}

/** The service in this process, on such a keyspace. */
export const a_service_on_the_database = async (database: Record<string, string> = {}) => {
  const { credentials, variables } = await a_place_to_serve(database)
  const lines: string[] = []
  const log = openLog({ write: (line) => void lines.push(line) })
  const app = openApp(variables, log)
  return { service: inProcess(app), credentials, variables, lines, close: app.close }
}
