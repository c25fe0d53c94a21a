/** How much of a second core becomes throughput: `WORKERS=2` beside one, on a fake cluster that answers at once. */
import { median } from 'd3-array'
import { progress, type Say } from '../../dev/progress.ts'
import { openFakeCluster } from '../kit/fake-cluster.ts'
import { usageOf } from '../kit/processes.ts'
import { table } from '../kit/tables.ts'
import { inTurns, measure, type Operation, warmUp } from './contest.ts'
import { MOST_CALLERS, openSetting, type overHttp } from './setting.ts'

const WORKERS = [1, 2] as const
const ROUNDS = 5
const SECONDS = 3
const PAGE = 20
const HEAD = [
  ...['operation', 'workers', 'requests/s', 'cores of the service', 'cores of cluster and callers'],
  ...['processor us a request', 'gained'],
]

type Callers = ReturnType<typeof overHttp>
/** In cores: seconds of processor time a second. */
type Cost = { perSecond: number; cores: number; otherCores: number }

const OPERATIONS: Record<string, (callers: Callers) => Operation> = {
  'send, warm dialog': ({ warmSend }) => warmSend,
  [`page of ${PAGE}`]:
    ({ page }) =>
    (caller) =>
      page(caller, PAGE),
  health: ({ health }) => health,
}

export const workers = async (say: Say) => {
  const cluster = await openFakeCluster(3, 16)
  const { serve } = await openSetting(say, async () => cluster)
  const [one, two] = await Promise.all(
    WORKERS.map((count) => serve(`workers-${count}`, undefined, { WORKERS: String(count) })),
  )
  if (!one || !two) throw new Error('nothing to compare')
  const contestants = { 1: one, 2: two }
  const all = Object.values(OPERATIONS).flatMap((of) => [of(one), of(two)])
  await progress(say, 'warming up', warmUp(all, MOST_CALLERS))
  const rows: (string | number)[][] = []
  for (const [name, of] of Object.entries(OPERATIONS)) {
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
    ...[Math.round((cores * 1_000_000) / perSecond), mine === single ? '' : (more / moreCores).toFixed(2)],
  ]
}
