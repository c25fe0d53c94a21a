/** What a request costs: processor time of the service beside a floor that does the same statements, and of others. */
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../dev/database/cassandra/ports.ts'
import { runningOn } from '../../dev/database/cassandra/running.ts'
import { untilHealthy } from '../../dev/healthy.ts'
import { own } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { markdownTable } from '../kit/markdown-table.ts'
import { median } from '../kit/median.ts'
import { type Account, accountOf, between } from './accounts.ts'
import { type Figures, measure, warmUp } from './contest.ts'
import { overHttp } from './over-http.ts'
import { MOST_CALLERS } from './people.ts'
import type { Setting } from './setting.ts'

const CONNECTIONS = [1, 16, MOST_CALLERS]
const ROUNDS = 5
const SECONDS = 2
const PAGES = [1, 20, 50]
const HOST = '127.0.0.1'

type Callers = ReturnType<typeof overHttp>
type Contestant = { name: string; pid: number; callers: Callers }
type Operation = { name: string; of: (callers: Callers) => (caller: number) => Promise<void> }
/** Of each request. */
type Cost = Figures & { processorUs: number; databaseUs: number; bytes: number }

const OPERATIONS: Operation[] = [
  { name: 'send, cold dialog', of: (callers) => callers.firstSend },
  { name: 'send, warm dialog', of: (callers) => callers.warmSend },
  ...PAGES.map((limit) => ({
    name: `page of ${limit}`,
    of: (callers: Callers) => (caller: number) => callers.page(caller, limit),
  })),
  { name: 'health', of: (callers) => callers.health },
]

/** @param others servers that speak the contract, as `http://127.0.0.1:4000=1234`: the address, and the process */
export const cost = async (others: string[], setting: Setting, say: Say) => {
  const database = await runningOn(join(setting.directory, 'database'))
  if (!database)
    throw new Error('what a request costs the database is told of one that this command has started')
  const serving = await setting.serve('serve')
  const floor = await startFloor(setting)
  const contestants: Contestant[] = [
    { name: 'service', pid: serving.pid, callers: serving },
    { name: 'floor', pid: floor.pid, callers: overHttp(floor.url, setting.people) },
    ...others.map((other) => contestantOf(other, setting)),
  ]
  const all = contestants.flatMap(({ callers }) => OPERATIONS.map(({ of }) => of(callers)))
  await progress(say, 'warming up', warmUp(all, MOST_CALLERS))
  const rows: string[][] = []
  for (const operation of OPERATIONS)
    for (const connections of CONNECTIONS) {
      const costs = await alternate(operation, connections, contestants, database.pid)
      rows.push(...rowsOf(operation.name, connections, contestants, costs))
    }
  say(`\n${ROUNDS} rounds of ${SECONDS} s in turn: medians, for one request.\n`)
  say(markdownTable([HEAD, ...rows]))
}

const HEAD = [
  ...['operation', 'connections', 'server', 'processor us', ': floor', 'database us', 'bytes'],
  ...['requests/s', ': floor', 'p50 ms', 'p99 ms'],
]

const rowsOf = (operation: string, connections: number, contestants: Contestant[], costs: Cost[][]) =>
  contestants.map(({ name }, index) => {
    const mine = costs[index] ?? []
    const floor = costs[1] ?? []
    const of = (figure: keyof Cost) => median(mine.map((cost) => cost[figure]))
    const ratio = (figure: keyof Cost) =>
      median(mine.map((cost, round) => cost[figure] / Number(floor[round]?.[figure]))).toFixed(2)
    return [
      ...[operation, String(connections), name],
      ...[
        of('processorUs').toFixed(0),
        ratio('processorUs'),
        of('databaseUs').toFixed(0),
        of('bytes').toFixed(0),
      ],
      ...[of('perSecond').toFixed(0), ratio('perSecond'), of('p50Ms').toFixed(2), of('p99Ms').toFixed(2)],
    ]
  })

/** Round after round, so that what else this machine does falls on all alike; by contestant. */
const alternate = async (
  { of }: Operation,
  connections: number,
  contestants: Contestant[],
  databasePid: number,
): Promise<Cost[][]> => {
  const costs: Cost[][] = contestants.map(() => [])
  for (let round = 0; round < ROUNDS; round += 1)
    for (const index of round % 2 === 0 ? contestants.keys() : [...contestants.keys()].reverse()) {
      const { pid, callers } = contestants[index] as Contestant
      costs[index]?.push(await costOf(of(callers), connections, pid, databasePid))
    }
  return costs
}

const costOf = async (
  operation: (caller: number) => Promise<void>,
  connections: number,
  pid: number,
  databasePid: number,
): Promise<Cost> => {
  const look = (): [Account, Account] => [accountOf(pid), accountOf(databasePid)]
  const before = look()
  const figures = await measure(operation, connections, SECONDS)
  const [server, database] = look().map((after, index) => between(before[index] as Account, after)) as [
    Account,
    Account,
  ]
  return {
    ...figures,
    processorUs: server.processorUs / figures.count,
    databaseUs: database.processorUs / figures.count,
    bytes: server.bytes / figures.count,
  }
}

const contestantOf = (other: string, { people }: Setting): Contestant => {
  const [, url, pid] = /^(http:\/\/[^=]+)=(\d+)$/.exec(other) ?? []
  if (!url) throw new Error(`not an address and a process, as http://127.0.0.1:4000=1234: ${other}`)
  return { name: url, pid: Number(pid), callers: overHttp(url, people) }
}

const startFloor = async ({ variables, directory }: Setting) => {
  const port = await freePort(HOST)
  const log = openSync(join(directory, 'floor.log'), 'w')
  const { pid, ended } = await own(process.execPath, [join(import.meta.dirname, 'floor.ts')], {
    env: { ...process.env, ...variables, NODE_OPTIONS: '', PORT: String(port) },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const url = `http://${HOST}:${port}`
  await untilHealthy(url, ended)
  return { url, pid }
}
