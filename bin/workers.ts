/** Several processes on one port: started, replaced when one dies, stopped together. */
import cluster, { type Worker } from 'node:cluster'
import { join } from 'node:path'
import type { PeerConfig } from '../lib/config/peers.ts'
import type { ServerConfig } from '../lib/config/server.ts'
import { newSecret } from '../lib/delivery/seal.ts'
import { openLog } from '../lib/log.ts'
import { openAdminPort, scrapeOfWorkers } from './admin.ts'
import { fail } from './fail.ts'
import { freePortFor, LISTENING } from './sharing.ts'
import { onStop } from './signals.ts'

/** A worker finishes its requests within 9 s. */
const STOP_TIMEOUT_MS = 9_500
/** Before a worker is replaced: workers that die at once must not take up the processor. */
const RESTART_DELAY_MS = 500

/** @param peers what processes that push to each other need; absent: nothing is pushed */
export const superviseWorkers = async (
  { workers: count, host, port, admin }: Pick<ServerConfig, 'workers' | 'host' | 'port' | 'admin'>,
  peers: PeerConfig | undefined,
) => {
  const log = openLog()
  const settings = { PORT: String(await freePortFor(port, host)), ...(peers && sharedBy(peers)) }
  const listening = new Set<number>()
  if (admin)
    await openAdminPort(
      admin,
      scrapeOfWorkers(({ id }) => listening.has(id)),
      log,
    ).catch(fail)
  /** By the id of a worker, which of `count` it is: a port at which nobody listens any more is taken over. */
  const slots = new Map<number, number>()
  const start = (slot: number) => {
    const own = peers && peers.port > 0 ? { PEER_PORT: String(peers.port + slot) } : {}
    slots.set(cluster.fork({ ...settings, ...own }).id, slot)
  }
  let stopping = false
  // Each accepts its own connections: the scheduler of node:cluster never recovers from running out of file descriptors.
  // Where the kernel does not spread them, the sockets are shared through this process.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  cluster.setupPrimary({ exec: join(import.meta.dirname, 'worker.ts') })
  cluster.on('message', ({ id }, message) => message === LISTENING && listening.add(id))
  cluster.on('exit', (worker: Worker, code: number | null, signal: string | null) => {
    if (stopping) return
    // If none has ever started, the next one would not either.
    if (listening.size === 0) fail(new Error('a worker could not start'))
    log.error({ pid: worker.process.pid, code, signal }, 'a worker has exited: starting another')
    const slot = slots.get(worker.id) ?? 0
    slots.delete(worker.id)
    setTimeout(() => stopping || start(slot), RESTART_DELAY_MS)
  })
  onStop(async () => {
    stopping = true
    await Promise.all(Object.values(cluster.workers ?? {}).map(stopped))
  })
  for (let slot = 0; slot < count; slot += 1) start(slot)
}

const sharedBy = ({ secrets = [newSecret()] }: PeerConfig) => ({ PEER_SECRET: secrets.join(',') })

/** Tells a worker to stop, and resolves when it has finished its requests; one that hangs is killed. */
const stopped = (worker: Worker | undefined) =>
  new Promise<void>((resolve) => {
    if (!worker || worker.isDead()) return resolve()
    const timer = setTimeout(() => worker.process.kill('SIGKILL'), STOP_TIMEOUT_MS)
    worker.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    worker.process.kill('SIGTERM')
  })
