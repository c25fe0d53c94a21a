/** Finds the database of a running `npm start`, for the commands beside it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { localDirectory } from '../cache.ts'

/**
 * The CQL_* variables of that database; none when `CQL_CONTACT_POINTS` names another. Cassandra's port is in the
 * configuration that it was started with, which is JSON; ScyllaDB in Docker has the default port.
 */
export const runningDatabase = async (env: NodeJS.ProcessEnv): Promise<Record<string, string>> => {
  if (env['CQL_CONTACT_POINTS']) return {}
  const file = join(localDirectory(env), 'database', 'cassandra.yaml')
  const started = await readFile(file, 'utf8').then(JSON.parse, () => undefined)
  if (!started) return { CQL_CONTACT_POINTS: '127.0.0.1' }
  return { CQL_CONTACT_POINTS: started.rpc_address, CQL_PORT: String(started.native_transport_port) }
}
