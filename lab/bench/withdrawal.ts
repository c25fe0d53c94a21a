/** Processor time of a send where tokens can be withdrawn, beside one where they cannot. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { median, range } from 'd3-array'
import { runningOn } from '../../dev/database/cassandra/running.ts'
import { progress, type Say } from '../../dev/progress.ts'
import type { UserId } from '../../lib/model/ids.ts'
import { peopleNamed } from '../kit/people.ts'
import { processorUsOf } from '../kit/processes.ts'
import { table, whole } from '../kit/tables.ts'
import { ONE_BUCKET, type World } from '../kit/world.ts'
import { inTurns, measure } from './contest.ts'
import { MOST_CALLERS, overHttp } from './setting.ts'

const TARGET = 1.1
const ROUNDS = 10
const PER_SECOND = 400
/** What is known of a token is forgotten after five seconds: in a turn of more, nobody who sends once is known. */
const SECONDS = 6
const MANY = PER_SECOND * SECONDS
const FEW = 16

type Served = ReturnType<typeof overHttp> & { pid: number }
/** Of each send, in microseconds. */
type Cost = { serviceUs: number; databaseUs: number }

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
    return { ...overHttp(url, people), pid }
  }
  const contestants = { on: await started('on', { WITHDRAWAL: 'on' }), off: await started('off') }
  const costOf = async ({ pid }: Served, sends: Promise<number>): Promise<Cost> => {
    const before = [pid, database.pid].map(processorUsOf)
    const count = await sends
    const [serviceUs = 0, databaseUs = 0] = [pid, database.pid].map(
      (process, index) => (processorUsOf(process) - Number(before[index])) / count,
    )
    return { serviceUs, databaseUs }
  }
  const rows: string[][] = []
  for (const [kind, send] of Object.entries(KINDS)) {
    const turns = (rounds: number) => inTurns(contestants, rounds, (one) => costOf(one, send(one)))
    await progress(say, `${kind}: warming up`, whileUp(turns(1)))
    const found = await progress(say, `${kind}: ${ROUNDS} rounds`, whileUp(turns(ROUNDS)))
    rows.push([kind, 'service', ...cellsOf(found, 'serviceUs')])
    rows.push(['', 'database', ...cellsOf(found, 'databaseUs')])
  }
  say(`
Processor time of a send, in us: medians of ${ROUNDS} rounds for each of the two instances, in turn. Ratio: the median, with
the lowest and highest round. The target is ${TARGET} for the service.
`)
  say(table(['sends', 'of', 'WITHDRAWAL=on', 'off', 'ratio', `target ${TARGET}`], rows))
}

const cellsOf = (found: Record<'on' | 'off', Cost[]>, figure: keyof Cost): string[] => {
  const ratios = found.on.map((one, round) => one[figure] / Number(found.off[round]?.[figure]))
  const ratio = median(ratios) ?? Number.NaN
  const of = (costs: Cost[]) => whole(median(costs, (one) => one[figure]) ?? Number.NaN)
  const [least, most] = [Math.min(...ratios).toFixed(2), Math.max(...ratios).toFixed(2)]
  const verdict = ratio <= TARGET ? 'met' : '**missed**'
  return [
    of(found.on),
    of(found.off),
    `${ratio.toFixed(2)} (${least} - ${most})`,
    figure === 'serviceUs' ? verdict : '',
  ]
}

/** Sends when they are due, by so many people in turn, each to a neighbour. Returns how many. */
const atRate =
  (people: number) =>
  async ({ sendTo }: Served): Promise<number> => {
    const beganMs = performance.now()
    const sends: Promise<void>[] = []
    for (const send of range(MANY)) {
      const waitMs = beganMs + (send * 1000) / PER_SECOND - performance.now()
      if (waitMs > 0) await sleep(waitMs)
      const caller = send % people
      sends.push(sendTo(caller, `neighbour-${caller}` as UserId))
    }
    await Promise.all(sends)
    return sends.length
  }

const KINDS: Record<string, (served: Served) => Promise<number>> = {
  [`${PER_SECOND} a second, by ${FEW} people: nearly all tokens known`]: atRate(FEW),
  [`${PER_SECOND} a second, each by somebody else: none known`]: atRate(MANY),
  [`${MOST_CALLERS} people, as fast as they are answered: nearly all known`]: async ({ warmSend }) =>
    (await measure(warmSend, MOST_CALLERS, 2)).count,
}
