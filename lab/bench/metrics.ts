/** Processor time of a request whose metrics are told to Prometheus, beside one that is not counted at all. */
import { join } from 'node:path'
import { range } from 'd3-array'
import { freePort } from '../../dev/database/cassandra/ports.ts'
import { runningOn } from '../../dev/database/cassandra/running.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { peopleNamed } from '../kit/people.ts'
import { table } from '../kit/tables.ts'
import { ONE_BUCKET, type World } from '../kit/world.ts'
import { inTurns, measure, warmUp } from './contest.ts'
import { atRate, cellsOf, costOf, neighbourOf, type Served } from './cost-of-sends.ts'
import { MOST_CALLERS, overHttp } from './setting.ts'

const HOST = '127.0.0.1'
const TARGET = 1.03
const ROUNDS = 12
const FAST_SECONDS = 2
const [SECONDS, PER_SECOND, FEW] = [3, 400, 16]
const PAGE = 20

type Asked = Served & { pageOfOwn: (caller: number) => Promise<void> }
const fast = (asking: (asked: Asked) => (caller: number) => Promise<void>) => async (asked: Asked) =>
  (await measure(asking(asked), MOST_CALLERS, FAST_SECONDS)).count
const KINDS: Record<string, (asked: Asked) => Promise<number>> = {
  [`sends, ${PER_SECOND} a second, by ${FEW} people`]: atRate(FEW, PER_SECOND, SECONDS),
  [`sends, as fast as they are answered, by ${MOST_CALLERS}`]: fast(({ warmSend }) => warmSend),
  [`pages of ${PAGE}, as fast as they are answered, by ${MOST_CALLERS}`]: fast(({ pageOfOwn }) => pageOfOwn),
}

export const metrics = async ({ directory, serve, whileUp }: World, say: Say) => {
  const database = await runningOn(join(directory, 'database'))
  if (!database)
    throw new Error('the cost to the database is known only for one that this command has started')
  const names = range(MOST_CALLERS).map((caller) => `sender-${caller}`)
  const people = await peopleNamed(names, directory)
  const started = async (name: string, more = {}) => {
    const { url, pid } = await serve(name, { ...ONE_BUCKET, ...more })
    const asked = overHttp(url, people)
    const pageOfOwn = (caller: number) => asked.pageWith(caller, neighbourOf(caller), PAGE)
    return { ...asked, pageOfOwn, pids: [pid] }
  }
  const adminPort = await freePort(HOST)
  /** Five times as often as Prometheus does by default. */
  const scrape = async () => void (await (await fetch(`http://${HOST}:${adminPort}/metrics`)).text())
  const on = { ...(await started('on', { ADMIN_PORT: String(adminPort) })), scrape }
  const off = { ...(await started('off')), scrape: async () => undefined }
  const contestants = { on, off }
  await progress(say, 'warming up', whileUp(warmUp([on.warmSend, off.warmSend], MOST_CALLERS)))
  const rows: string[][] = []
  for (const [kind, ask] of Object.entries(KINDS)) {
    const asked = async (one: typeof on) => {
      const count = await ask(one)
      await one.scrape()
      return count
    }
    const turns = (rounds: number) =>
      inTurns(contestants, rounds, (one) => costOf(one, database.pid, asked(one)))
    await progress(say, `${kind}: warming up`, whileUp(turns(2)))
    const found = await progress(say, `${kind}: ${ROUNDS} rounds`, whileUp(turns(ROUNDS)))
    rows.push([kind, ...cellsOf(found.on, found.off, 'serviceUs', TARGET)])
  }
  say(`
Processor time of a request in the service, in us: medians of ${ROUNDS} rounds for each of the two instances, in turn; one of
them is scraped once a turn. Ratio: the median, with the lowest and highest round. The target is ${TARGET}.
`)
  say(table(['requests', 'metrics on', 'off', 'ratio', `target ${TARGET}`], rows))
}
