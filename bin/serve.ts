/** `npm run serve`: the functions over HTTP without an emulator, in one process or in several. See docs/configuration.md. */
import { readConfig } from '../lib/config/config.ts'
import { readServerConfig } from '../lib/config/server.ts'
import { fail } from './fail.ts'

const serve = async () => {
  readConfig(process.env)
  const { workers, host, port } = readServerConfig(process.env)
  if (workers === 1) return import('./worker.ts')
  const { superviseWorkers } = await import('./workers.ts')
  return superviseWorkers(workers, host, port)
}

await serve().catch(fail)
