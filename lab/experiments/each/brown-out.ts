/** `brown-out`: nodes that are there and do not answer, or answer slowly: one of them, all of them, all of them slowly. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Verdict } from '../../load/runner/figures.ts'
import type { Experiment } from '../experiment.ts'
import type { Stage } from '../stage.ts'
import { atMost } from '../verdicts.ts'
import { type ServiceWatch, watchService } from '../watch-service.ts'
import { AFTER_MS, MODEST, SIZE, underModestLoad } from './modest.ts'

const VICTIM = 2
const ONE_SILENT_MS = 20_000
const ALL_SILENT_MS = 30_000
const SLOW_MS = 30_000
/** In turns: they bear a fraction of what they are asked, and many statements time out. */
const STOPPED_MS = 950
const RUNNING_MS = 50
const RECOVERY_MS = 10_000
/** An attempt to connect at each node, beside those before that are being closed, or the connections that there were. */
const MOST_SOCKETS = 3

export const brownOut: Experiment = {
  about:
    'The network to one of three nodes holds back what it is given, for 20 s; then that to all of them, for 30 s; then all of ' +
    'them run for 50 ms of each second (SIGSTOP), for 30 s.',
  size: { ...SIZE, proxied: true },
  happens: async (stage) => {
    const watch = watchService(stage.pids)
    await underModestLoad(stage, async () => {
      await oneIsSilent(stage)
      await allAreSilent(stage)
      await allAreSlow(stage)
    })
    watch.stop()
    return { load: MODEST, service: watch.samples, ...asBefore(stage, watch) }
  },
}

const oneIsSilent = async ({ proxies, mark }: Stage) => {
  mark(`node ${VICTIM} is silent`, 'fault')
  proxies[VICTIM - 1]?.silence()
  await sleep(ONE_SILENT_MS)
  proxies[VICTIM - 1]?.resume()
  mark(`node ${VICTIM} is heard again`, 'over')
  await sleep(AFTER_MS)
}

const allAreSilent = async ({ proxies, mark }: Stage) => {
  mark('all nodes are silent', 'outage')
  for (const { silence } of proxies) silence()
  await sleep(ALL_SILENT_MS)
  for (const { resume } of proxies) resume()
  mark('all nodes are heard again', 'over')
  await sleep(AFTER_MS)
}

const allAreSlow = async ({ processes, mark }: Stage) => {
  const signal = (name: NodeJS.Signals) => {
    for (const { child } of processes) child.kill(name)
  }
  mark('all nodes run a twentieth of the time', 'fault')
  const end = Date.now() + SLOW_MS
  while (Date.now() < end) {
    signal('SIGSTOP')
    await sleep(STOPPED_MS)
    signal('SIGCONT')
    await sleep(RUNNING_MS)
  }
  mark('all nodes run all the time', 'over')
  await sleep(AFTER_MS)
}

/** Sockets of the service: a bound while things are amiss, and what there were, ten seconds after. */
const asBefore = ({ marks }: Stage, { samples }: ServiceWatch) => {
  const most = (fromMs: number, toMs: number) =>
    Math.max(...samples.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).map(({ sockets }) => sockets))
  const begin = marks.find(({ what }) => what === 'begin')?.atMs ?? Number.NaN
  const first = marks.find(({ is }) => is === 'fault')?.atMs ?? Number.NaN
  const before = most(begin, first)
  const after = marks.flatMap(({ is, what, atMs }, index): Verdict[] =>
    is === 'over'
      ? [
          atMost(
            `sockets to the database from ten seconds on since: ${what}`,
            before,
            most(atMs + RECOVERY_MS, marks[index + 1]?.atMs ?? Number.POSITIVE_INFINITY),
          ),
        ]
      : [],
  )
  const ever = most(first, Number.POSITIVE_INFINITY) / before
  return {
    guarantees: after,
    targets: [atMost('most sockets to the database at any time / before', MOST_SOCKETS, ever)],
  }
}
