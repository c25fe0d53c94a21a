/** The brown-out: nodes that are up and do not answer: one of them, then all of them; then all answer slowly. */

import { readdir, readFile, readlink } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { sum } from 'd3-array'
import { NATIVE_PORT } from '../../cluster/place.ts'
import { processorUsOf } from '../../kit/processes.ts'
import type { Verdict } from '../../load/report.ts'
import type { Course } from '../conclude.ts'
import type { Experiment } from '../experiment.ts'
import type { Stage } from '../stage.ts'
import { atMost } from '../verdicts.ts'
import { AFTER_MS, MODEST, SIZE, underModestLoad } from './modest.ts'

const VICTIM = 2
const ONE_SILENT_MS = 20_000
const ALL_SILENT_MS = 30_000
const SLOW_MS = 30_000
/** In turns, so that the nodes bear a fraction of the load, and many statements time out. */
const STOPPED_MS = 950
const RUNNING_MS = 50
const RECOVERY_MS = 10_000
/** An attempt to connect to each node, plus earlier attempts that are being closed, or the original connections. */
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

/** Sockets of the service: bounded during a fault, and as many as before it ten seconds after. */
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

type Samples = NonNullable<Course['service']>
type ServiceWatch = { samples: Samples; stop: () => void }

const EVERY_MS = 1_000

/** Every second, from Linux's /proc; without it there are no samples. */
const watchService = (pids: number[]): ServiceWatch => {
  const samples: Samples = []
  let before: { atMs: number; cpuUs: number } | undefined
  const look = async () => {
    const sockets = (await Promise.all(pids.map(socketsOf))).flat().length
    const cpuUs = sum(pids, processorUsOf)
    const atMs = Date.now()
    if (before) {
      const processor = (cpuUs - before.cpuUs) / (atMs - before.atMs) / 10
      samples.push({ atMs, sockets, processor: Math.round(processor * 10) / 10 })
    }
    before = { atMs, cpuUs }
  }
  const timer = setInterval(() => void look().catch(() => undefined), EVERY_MS)
  return { samples, stop: () => clearInterval(timer) }
}

/** Inodes of the sockets of a process whose remote port is that of a node. */
const socketsOf = async (pid: number): Promise<string[]> => {
  const directory = `/proc/${pid}/fd`
  const files = await readdir(directory)
  const links = await Promise.all(files.map((file) => readlink(`${directory}/${file}`).catch(() => '')))
  const held = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]))
  const port = NATIVE_PORT.toString(16).toUpperCase().padStart(4, '0')
  const table = (await readFile(`/proc/${pid}/net/tcp`, 'utf8')).split('\n').slice(1)
  return table.flatMap((line) => {
    const [, , remote = '', , , , , , , inode = ''] = line.trim().split(/\s+/)
    return remote.endsWith(`:${port}`) && held.has(inode) ? [inode] : []
  })
}
