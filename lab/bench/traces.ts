/** Processor time of sends and pages where one request in a hundred is recorded, beside an instance without an SDK. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runningOn } from '../../dev/database/cassandra/running.ts'
import { atEnd } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { table } from '../kit/tables.ts'
import { inTurns, measure, type Operation, warmUp } from './contest.ts'
import { atRate, cellsOf, costOf, type Served } from './cost-of-sends.ts'
import { MOST_CALLERS, openSetting } from './setting.ts'

const TARGET = 1.05
const ROUNDS = 10
const FAST_SECONDS = 2
const [SECONDS, PER_SECOND, FEW] = [3, 400, 16]
const PAGE = 20
const HOST = '127.0.0.1'
const EXAMPLE = pathToFileURL(join(import.meta.dirname, '../../examples/tracing.ts')).href

const asFastAs = async (operation: Operation) => (await measure(operation, MOST_CALLERS, FAST_SECONDS)).count
const FAST = `${MOST_CALLERS} people, as fast as they are answered`

/** Each resolves to how many there were. */
const KINDS: Record<string, (served: Served) => Promise<number>> = {
  [`sends, ${PER_SECOND} a second, by ${FEW} people`]: atRate(FEW, PER_SECOND, SECONDS),
  [`sends, ${FAST}`]: ({ warmSend }) => asFastAs(warmSend),
  [`pages of ${PAGE}, ${FAST}`]: ({ page }) => asFastAs((caller) => page(caller, PAGE)),
}

export const traces = async (say: Say) => {
  const { directory, serve, whileUp } = await openSetting(say)
  const database = await runningOn(join(directory, 'database'))
  if (!database)
    throw new Error('the cost to the database is known only for one that this command has started')
  const collector = await openCollector()
  const started = async (name: string, more = {}): Promise<Served> => {
    const { pid, ...served } = await serve(name, undefined, more)
    return { ...served, pids: [pid] }
  }
  const recorded = { NODE_OPTIONS: `--import=${EXAMPLE}`, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
  const contestants = {
    off: await started('off'),
    recorded: await started('recorded', recorded),
    // What two that are the same differ by.
    again: await started('again'),
  }
  const all = Object.values(contestants).flatMap(({ warmSend, page }) => [warmSend, page])
  await progress(say, 'warming up', whileUp(warmUp(all, MOST_CALLERS)))
  const rows: string[][] = []
  for (const [kind, make] of Object.entries(KINDS)) {
    const turns = (rounds: number) =>
      inTurns(contestants, rounds, (one) => costOf(one, database.pid, make(one)))
    await progress(say, `${kind}: warming up`, whileUp(turns(1)))
    const found = await progress(say, `${kind}: ${ROUNDS} rounds`, whileUp(turns(ROUNDS)))
    const [, , noise = ''] = cellsOf(found.again, found.off, 'serviceUs')
    rows.push([kind, ...cellsOf(found.recorded, found.off, 'serviceUs', TARGET), noise])
  }
  if (collector.exports() === 0) throw new Error('nothing was recorded')
  say(`
Processor time of the service for each request, in us: medians of ${ROUNDS} rounds for each, in turn. Ratio: the median, with the
lowest and highest round; also of two instances without an SDK, whose difference is this machine's. ${collector.exports()} exports of
spans have arrived at the collector.
`)
  say(table(['requests', '1 % recorded', 'no SDK', 'ratio', `target ${TARGET}`, 'none : none'], rows))
}

/** Takes what the instance exports, and counts it. */
const openCollector = async () => {
  let exports = 0
  const server = createServer((request, response) => {
    exports += 1
    request.resume().once('end', () => response.setHeader('content-type', 'application/json').end('{}'))
  })
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  atEnd(async () => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://${HOST}:${(server.address() as AddressInfo).port}`, exports: () => exports }
}
