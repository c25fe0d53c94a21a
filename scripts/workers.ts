/** Several processes on one port: started, replaced when one dies, stopped together. */
import cluster, { type Worker } from 'node:cluster'
import { join } from 'node:path'
import { openLog } from '../lib/log.ts'
import { fail } from './fail.ts'
import { onStop } from './signals.ts'

export const superviseWorkers = (count: number) => {
  const log = openLog()
  const listening = new Set<number>()
  let stopping = false
  cluster.setupPrimary({ exec: join(import.meta.dirname, 'worker.ts') })
  cluster.on('listening', ({ id }) => listening.add(id))
  cluster.on('exit', (worker: Worker, code: number | null, signal: string | null) => {
    if (stopping) return
    // One that could not even start would not start the next time either.
    if (!listening.has(worker.id)) fail(new Error('a worker could not start'))
    log.error({ pid: worker.process.pid, code, signal }, 'a worker has ended: starting another')
    cluster.fork()
  })
  onStop(async () => {
    stopping = true
    await Promise.all(Object.values(cluster.workers ?? {}).map(ended))
  })
  for (let started = 0; started < count; started += 1) cluster.fork()
}

/** Tells a worker to stop, and resolves when it has finished its requests. */
const ended = (worker: Worker | undefined) =>
  new Promise<void>((resolve) => {
    if (!worker || worker.isDead()) return resolve()
    worker.once('exit', () => resolve())
    worker.process.kill('SIGTERM')
  })
