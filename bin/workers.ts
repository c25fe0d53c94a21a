/** Several processes on one port: started, replaced when one dies, stopped together. */
import cluster, { type Worker } from 'node:cluster'
import { join } from 'node:path'
import { openLog } from '../lib/log.ts'
import { fail } from './fail.ts'
import { onStop } from './signals.ts'

/** A worker ends its requests within 9 s. */
const STOP_MS = 9_500
/** Between the end of a worker and the start of another: one that dies at once must not take the processor. */
const PAUSE_MS = 500

export const superviseWorkers = (count: number) => {
  const log = openLog()
  const listening = new Set<number>()
  let stopping = false
  // Each takes its own connections: the scheduler of node:cluster stays deaf once it has run out of file descriptors.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  cluster.setupPrimary({ exec: join(import.meta.dirname, 'worker.ts') })
  cluster.on('listening', ({ id }) => listening.add(id))
  cluster.on('exit', (worker: Worker, code: number | null, signal: string | null) => {
    if (stopping) return
    // Where none has ever started, the next one would not either.
    if (listening.size === 0) fail(new Error('a worker could not start'))
    log.error({ pid: worker.process.pid, code, signal }, 'a worker has ended: starting another')
    setTimeout(() => stopping || cluster.fork(), PAUSE_MS)
  })
  onStop(async () => {
    stopping = true
    await Promise.all(Object.values(cluster.workers ?? {}).map(ended))
  })
  for (let started = 0; started < count; started += 1) cluster.fork()
}

/** Tells a worker to stop, and resolves when it has finished its requests; one that hangs is ended. */
const ended = (worker: Worker | undefined) =>
  new Promise<void>((resolve) => {
    if (!worker || worker.isDead()) return resolve()
    const timer = setTimeout(() => worker.process.kill('SIGKILL'), STOP_MS)
    worker.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    worker.process.kill('SIGTERM')
  })
