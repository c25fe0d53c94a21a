/** The cost of a request: to the service, to a minimal server that executes the same statements, and to others. */
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { median } from 'd3-array'
import { freePort } from '../../dev/database/cassandra/ports.ts'
import { runningOn } from '../../dev/database/cassandra/running.ts'
import { untilHealthy } from '../../dev/healthy.ts'
import { own } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { usageOf } from '../kit/processes.ts'
import { table } from '../kit/tables.ts'
import { type Figures, inTurns, latenciesOf, measure, type Operation, rateOf, warmUp } from './contest.ts'
import { MOST_CALLERS, overHttp, type Setting } from './setting.ts'

const CONNECTIONS = [1, 16, MOST_CALLERS]
const ROUNDS = 5
const SECONDS = 2
const PAGES = [1, 20, 50]
const HOST = '127.0.0.1'
const HEAD = [
  ...['operation', 'connections', 'server', 'processor us', ': floor', 'database us', 'bytes'],
  ...['requests/s', ': floor', 'p50 ms', 'p99 ms'],
]

export type Callers = ReturnType<typeof overHttp>
type Contestant = { pid: number; callers: Callers }
/** Of each request. */
type Cost = Figures & { processorUs: number; databaseUs: number; bytes: number }

/** What is measured, by name. */
export const OPERATIONS: Record<string, (callers: Callers) => Operation> = {
  'send, cold dialog': ({ firstSend }) => firstSend,
  'send, warm dialog': ({ warmSend }) => warmSend,
  ...Object.fromEntries(
    PAGES.map((limit) => [
      `page of ${limit}`,
      ({ page }: Callers): Operation =>
        (caller) =>
          page(caller, limit),
    ]),
  ),
  health: ({ health }) => health,
}

/** @param others servers that speak the contract, as `http://127.0.0.1:4000=1234`: the address, and the process */
export const cost = async (others: string[], setting: Setting, say: Say) => {
  const database = await runningOn(join(setting.directory, 'database'))
  if (!database)
    throw new Error('the cost to the database is known only for a database that this command has started')
  const serving = await setting.serve('serve')
  const contestants: Record<string, Contestant> = {
    service: { pid: serving.pid, callers: serving },
    floor: await startFloor(setting),
    ...Object.fromEntries(others.map((other) => contestantOf(other, setting))),
  }
  const operations = Object.entries(OPERATIONS)
  const all = Object.values(contestants).flatMap(({ callers }) => operations.map(([, of]) => of(callers)))
  await progress(say, 'warming up', warmUp(all, MOST_CALLERS))
  const rows: (string | number)[][] = []
  for (const [name, of] of operations)
    for (const connections of CONNECTIONS) {
      const costs = await inTurns(contestants, ROUNDS, ({ pid, callers }) =>
        costOf(of(callers), connections, pid, database.pid),
      )
      for (const server of Object.keys(contestants))
        rows.push([name, connections, server, ...cellsOf(costs[server] ?? [], costs['floor'] ?? [])])
    }
  say(`\n${ROUNDS} rounds of ${SECONDS} s in turn: medians, for one request.\n`)
  say(table(HEAD, rows))
}

const cellsOf = (mine: Cost[], floor: Cost[]) => {
  const of = (figure: keyof Cost) => median(mine, (cost) => cost[figure]) ?? Number.NaN
  const ratio = (figure: keyof Cost) =>
    (median(mine, (cost, round) => cost[figure] / Number(floor[round]?.[figure])) ?? Number.NaN).toFixed(2)
  const figures = { count: 0, perSecond: of('perSecond'), p50Ms: of('p50Ms'), p99Ms: of('p99Ms') }
  const [processorUs, databaseUs, bytes] = [of('processorUs'), of('databaseUs'), of('bytes')].map(Math.round)
  return [
    ...[Number(processorUs), ratio('processorUs'), Number(databaseUs), Number(bytes)],
    ...[rateOf(figures), ratio('perSecond'), ...latenciesOf(figures)],
  ]
}

const costOf = async (
  operation: Operation,
  connections: number,
  pid: number,
  databasePid: number,
): Promise<Cost> => {
  const [server, database] = [usageOf(pid), usageOf(databasePid)]
  const figures = await measure(operation, connections, SECONDS)
  const [serverAfter, databaseAfter] = [usageOf(pid), usageOf(databasePid)]
  return {
    ...figures,
    processorUs: (serverAfter.processorUs - server.processorUs) / figures.count,
    databaseUs: (databaseAfter.processorUs - database.processorUs) / figures.count,
    bytes: (serverAfter.bytes - server.bytes) / figures.count,
  }
}

const contestantOf = (other: string, { people }: Setting): [string, Contestant] => {
  const [, url, pid] = /^(http:\/\/[^=]+)=(\d+)$/.exec(other) ?? []
  if (!url) throw new Error(`not an address and a process, as http://127.0.0.1:4000=1234: ${other}`)
  return [url, { pid: Number(pid), callers: overHttp(url, people) }]
}

const startFloor = async ({ variables, directory, people }: Setting): Promise<Contestant> => {
  const port = await freePort(HOST)
  const log = openSync(join(directory, 'floor.log'), 'w')
  const { pid, ended } = await own(process.execPath, [join(import.meta.dirname, 'floor.ts')], {
    env: { ...process.env, ...variables, NODE_OPTIONS: '', PORT: String(port) },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const url = `http://${HOST}:${port}`
  await untilHealthy(url, ended)
  return { pid, callers: overHttp(url, people) }
}
