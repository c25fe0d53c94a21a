/** Several processes on one port: started, replaced when one dies, stopped together. */
import cluster, { type Worker } from 'node:cluster'
import { join } from 'node:path'
import { openLog } from '../lib/log.ts'
import { fail } from './fail.ts'
import { freePortFor, LISTENING } from './sharing.ts'
import { onStop } from './signals.ts'

/** A worker finishes its requests within 9 s. */
const STOP_TIMEOUT_MS = 9_500
/** Before a worker is replaced: workers that die at once must not take up the processor. */
const RESTART_DELAY_MS = 500

export const superviseWorkers = async (count: number, host: string, port: number) => {
  const log = openLog()
  const settings = { PORT: String(await freePortFor(port, host)) }
  const listening = new Set<number>()
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
    setTimeout(() => stopping || cluster.fork(settings), RESTART_DELAY_MS)
  })
  onStop(async () => {
    stopping = true
    await Promise.all(Object.values(cluster.workers ?? {}).map(stopped))
  })
  for (let started = 0; started < count; started += 1) cluster.fork(settings)
}

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
