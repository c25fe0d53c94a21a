/** Processor time of a send where tokens can be withdrawn, beside one where they cannot. */
import { join } from 'node:path'
import { range } from 'd3-array'
import { runningOn } from '../../dev/database/cassandra/running.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { peopleNamed } from '../kit/people.ts'
import { table } from '../kit/tables.ts'
import { ONE_BUCKET, type World } from '../kit/world.ts'
import { inTurns, measure } from './contest.ts'
import { atRate, cellsOf, costOf, type Served } from './cost-of-sends.ts'
import { MOST_CALLERS, overHttp } from './setting.ts'

const TARGET = 1.1
const ROUNDS = 10
const PER_SECOND = 400
/** What is known of a token is forgotten after five seconds: in a turn of more, nobody who sends once is known. */
const SECONDS = 6
const MANY = PER_SECOND * SECONDS
const FEW = 16

export const withdrawal = async ({ directory, serve, whileUp }: World, say: Say) => {
  const database = await runningOn(join(directory, 'database'))
  if (!database)
    throw new Error('the cost to the database is known only for one that this command has started')
  const people = await peopleNamed(
    range(MANY).map((index) => `sender-${index}`),
    directory,
  )
  const started = async (name: string, more = {}): Promise<Served> => {
    const { url, pid } = await serve(name, { ...ONE_BUCKET, ...more })
    return { ...overHttp(url, people), pids: [pid] }
  }
  const contestants = { on: await started('on', { WITHDRAWAL: 'on' }), off: await started('off') }
  const rows: string[][] = []
  for (const [kind, send] of Object.entries(KINDS)) {
    const turns = (rounds: number) =>
      inTurns(contestants, rounds, (one) => costOf(one, database.pid, send(one)))
    await progress(say, `${kind}: warming up`, whileUp(turns(1)))
    const { on, off } = await progress(say, `${kind}: ${ROUNDS} rounds`, whileUp(turns(ROUNDS)))
    rows.push([kind, 'service', ...cellsOf(on, off, 'serviceUs', TARGET)])
    rows.push(['', 'database', ...cellsOf(on, off, 'databaseUs')])
  }
  say(`
Processor time of a send, in us: medians of ${ROUNDS} rounds for each of the two instances, in turn. Ratio: the median, with
the lowest and highest round. The target is ${TARGET} for the service.
`)
  say(table(['sends', 'of', 'WITHDRAWAL=on', 'off', 'ratio', `target ${TARGET}`], rows))
}

const KINDS: Record<string, (served: Served) => Promise<number>> = {
  [`${PER_SECOND} a second, by ${FEW} people: nearly all tokens known`]: atRate(FEW, PER_SECOND, SECONDS),
  [`${PER_SECOND} a second, each by somebody else: none known`]: atRate(MANY, PER_SECOND, SECONDS),
  [`${MOST_CALLERS} people, as fast as they are answered: nearly all known`]: async ({ warmSend }) =>
    (await measure(warmSend, MOST_CALLERS, 2)).count,
}
