/** How much of a second core becomes throughput: `WORKERS=2` beside one, on a fake cluster that answers at once. */
import { median } from 'd3-array'
import { progress, type Say } from '../../dev/progress.ts'
import { openFakeCluster } from '../kit/fake-cluster.ts'
import { usageOf } from '../kit/processes.ts'
import { table } from '../kit/tables.ts'
import { inTurns, measure, type Operation, warmUp } from './contest.ts'
import { OPERATIONS } from './cost.ts'
import { MOST_CALLERS, openSetting } from './setting.ts'

const WORKERS = [1, 2] as const
const ROUNDS = 5
const SECONDS = 3
const NAMES = ['send, warm dialog', 'page of 20', 'health']
const HEAD = [
  ...['operation', 'workers', 'requests/s', 'cores of the service', 'cores of cluster and callers'],
  ...['processor us a request', 'gained'],
]

/** In cores: seconds of processor time a second. */
type Cost = { perSecond: number; cores: number; otherCores: number }

export const workers = async (say: Say) => {
  const cluster = await openFakeCluster(3, 16)
  const { serve } = await openSetting(say, async () => cluster)
  const start = (count: number) => serve(`workers-${count}`, undefined, { WORKERS: String(count) })
  const contestants = { 1: await start(1), 2: await start(2) }
  const operations = Object.entries(OPERATIONS).filter(([name]) => NAMES.includes(name))
  const all = Object.values(contestants).flatMap((service) => operations.map(([, of]) => of(service)))
  await progress(say, 'warming up', warmUp(all, MOST_CALLERS))
  const rows: (string | number)[][] = []
  for (const [name, of] of operations) {
    const found = await inTurns(contestants, ROUNDS, (service) =>
      costOf(of(service), service.pid, cluster.pid),
    )
    for (const count of WORKERS) rows.push([name, count, ...cells(found[count] ?? [], found[1] ?? [])])
  }
  say(`
${ROUNDS} rounds of ${SECONDS} s in turn, at ${MOST_CALLERS} connections: medians. Cluster and callers need processor
time of the same machine. Gained: the additional throughput, as a share of the additional processor time.
`)
  say(table(HEAD, rows))
}

const costOf = async (operation: Operation, pid: number, clusterPid: number): Promise<Cost> => {
  const others = () => usageOf(clusterPid).processorUs + ownProcessorUs()
  const [before, othersBefore, began] = [usageOf(pid).processorUs, others(), performance.now()]
  const { perSecond } = await measure(operation, MOST_CALLERS, SECONDS)
  const us = (performance.now() - began) * 1_000
  return {
    perSecond,
    cores: (usageOf(pid).processorUs - before) / us,
    otherCores: (others() - othersBefore) / us,
  }
}

/** Of the callers: not `usageOf`, which would add the services and the cluster, our children. */
const ownProcessorUs = () => {
  const { user, system } = process.cpuUsage()
  return user + system
}

const cells = (mine: Cost[], single: Cost[]) => {
  const of = (costs: Cost[], figure: keyof Cost) => median(costs, (cost) => cost[figure]) ?? Number.NaN
  const [perSecond, cores] = [of(mine, 'perSecond'), of(mine, 'cores')]
  const [more, moreCores] = [perSecond / of(single, 'perSecond') - 1, cores / of(single, 'cores') - 1]
  return [
    ...[Math.round(perSecond), cores.toFixed(2), of(mine, 'otherCores').toFixed(2)],
    // Without more processor time there is nothing to gain from.
    ...[Math.round((cores * 1_000_000) / perSecond), moreCores > 0 ? (more / moreCores).toFixed(2) : ''],
  ]
}
