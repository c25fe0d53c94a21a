/** The admin port of `npm run serve`: in its one process, or in the one that supervises several. */
import cluster, { type Worker } from 'node:cluster'
import { collectDefaultMetrics } from 'prom-client'
import type { Admin } from '../lib/config/server.ts'
import type { Log } from '../lib/log.ts'
import { listenForScrapes } from '../lib/metrics/admin-server.ts'
import { openMetrics } from '../lib/metrics/prometheus.ts'
import { sumOfProcesses } from '../lib/metrics/sum.ts'
import { askWorkers } from './telling.ts'
import { urlOf } from './url.ts'

/** Those of a process that serves: also what Node tells of itself. */
export const metricsOfProcess = () => {
  const opened = openMetrics()
  collectDefaultMetrics({ register: opened.registry })
  return opened
}

type Scrape = () => Promise<string>

/** @throws Error of node:net, such as EADDRINUSE */
export const openAdminPort = async (
  { host, port }: Admin,
  scrape: Scrape,
  log: Pick<Log, 'info'>,
): Promise<void> => {
  const { port: chosen } = await listenForScrapes({ host, port }, scrape)
  log.info({ url: `${urlOf(host, chosen)}/metrics` }, 'metrics')
}

export const scrapeOfProcess = ({ metrics, registry }: ReturnType<typeof metricsOfProcess>): Scrape => {
  metrics.set('dialogs_workers', 1, 'answering')
  metrics.set('dialogs_workers', 0, 'stuck')
  return () => registry.metrics()
}

/** @param isServing whether a worker has begun to serve: one that starts is neither answering nor stuck */
export const scrapeOfWorkers = (isServing: (worker: Worker) => boolean): Scrape => {
  const { metrics, registry } = openMetrics()
  const sum = sumOfProcesses()
  const ask = askWorkers()
  cluster.on('exit', ({ id }) => sum.end(id))
  return async () => {
    const asked = Object.values(cluster.workers ?? {}).filter(
      (worker) => worker && isServing(worker),
    ) as Worker[]
    const answers = await Promise.all(asked.map(ask))
    const isThere = (worker: Worker) => !worker.isDead()
    for (const [index, worker] of asked.entries()) {
      const told = answers[index]
      if (told && isThere(worker)) sum.tell(worker.id, told)
    }
    const stuck = asked.filter((worker, index) => !answers[index] && isThere(worker)).length
    metrics.set('dialogs_workers', answers.filter(Boolean).length, 'answering')
    metrics.set('dialogs_workers', stuck, 'stuck')
    return sum.page(await registry.getMetricsAsJSON())
  }
}
