/** `npm run serve`: the functions over HTTP without an emulator, in one process or in several. See docs/configuration.md. */
import { readConfig } from '../lib/config/config.ts'
import { readPeerConfig } from '../lib/config/peers.ts'
import { readServerConfig } from '../lib/config/server.ts'
import { fail } from './fail.ts'

const serve = async () => {
  const { push } = readConfig(process.env)
  const server = readServerConfig(process.env)
  const peers = push && readPeerConfig(process.env)
  if (server.workers === 1) return import('./worker.ts')
  const { superviseWorkers } = await import('./workers.ts')
  return superviseWorkers(server, peers)
}

await serve().catch(fail)
