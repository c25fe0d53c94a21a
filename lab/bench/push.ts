/** Processor time of a send where messages are pushed, compared with a send where they are not. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { range } from 'd3-array'
import { runningOn } from '../../dev/database/cassandra/running.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { connectTo, type Line, ping } from '../kit/device.ts'
import { type Person, peopleNamed } from '../kit/people.ts'
import { table } from '../kit/tables.ts'
import { ONE_BUCKET, type World } from '../kit/world.ts'
import { inTurns, measure, warmUp } from './contest.ts'
import { atRate, cellsOf, costOf, neighbourOf, type Served } from './cost-of-sends.ts'
import { MOST_CALLERS, overHttp } from './setting.ts'

const TARGET = 1.15
const ROUNDS = 10
const FAST_SECONDS = 2
const [SECONDS, PER_SECOND, FEW] = [3, 400, 16]

const slowly = atRate(FEW, PER_SECOND, SECONDS)
const fast = async ({ warmSend }: Served) => (await measure(warmSend, MOST_CALLERS, FAST_SECONDS)).count
const SLOWLY = `${PER_SECOND} a second, by ${FEW} people`

type Kind = {
  words: string
  send: (served: Served) => Promise<number>
  /** Who is connected, and where. */
  connected?: { senders?: true; at: 'here' | 'elsewhere' }
  target?: number
}
const KINDS: Kind[] = [
  { words: `${SLOWLY}; nobody is connected`, send: slowly, target: TARGET },
  {
    words: `${MOST_CALLERS} people, as fast as they are answered; nobody is connected`,
    send: fast,
    target: TARGET,
  },
  {
    words: `${SLOWLY}; recipients are connected to the same instance`,
    send: slowly,
    connected: { at: 'here' },
  },
  {
    words: `${SLOWLY}; both people are connected to the same instance`,
    send: slowly,
    connected: { at: 'here', senders: true },
  },
  {
    words: `${SLOWLY}; recipients are connected to another instance`,
    send: slowly,
    connected: { at: 'elsewhere' },
  },
  {
    words: `${SLOWLY}; both people are connected to another instance`,
    send: slowly,
    connected: { at: 'elsewhere', senders: true },
  },
]

export const push = async ({ directory, serve, whileUp }: World, say: Say) => {
  const database = await runningOn(join(directory, 'database'))
  if (!database)
    throw new Error('the cost to the database is known only for one that this command has started')
  const callers = range(MOST_CALLERS)
  const senders = await peopleNamed(
    callers.map((caller) => `sender-${caller}`),
    directory,
  )
  const recipients = await peopleNamed(callers.map(neighbourOf), directory)
  const on = { PUSH: 'on', PEER_SECRET: randomBytes(32).toString('hex') }
  const started = (name: string, more = {}) => serve(name, { ...ONE_BUCKET, ...more })
  const [here, elsewhere, off] = [await started('on', on), await started('other', on), await started('off')]
  const [toOn, toOff] = [overHttp(here.url, senders), overHttp(off.url, senders)]
  // Otherwise the kind that comes first pays for just-in-time compilation.
  await progress(say, 'warming up', whileUp(warmUp([toOn.warmSend, toOff.warmSend], MOST_CALLERS)))
  const rows: string[][] = []
  for (const { words, send, connected, target } of KINDS) {
    const at = connected?.at === 'elsewhere' ? elsewhere : here
    const pids = at === here ? [here.pid] : [here.pid, elsewhere.pid]
    const devices = await Promise.all(
      whoIs(connected, senders, recipients).map((person) => deviceOf(person, at.url)),
    )
    const contestants = { on: { ...toOn, pids }, off: { ...toOff, pids: [off.pid] } }
    const turns = (rounds: number) =>
      inTurns(contestants, rounds, (one) => costOf(one, database.pid, send(one)))
    await progress(say, `${words}: warming up`, whileUp(turns(1)))
    const found = await progress(say, `${words}: ${ROUNDS} rounds`, whileUp(turns(ROUNDS)))
    rows.push([words, 'service', ...cellsOf(found.on, found.off, 'serviceUs', target)])
    rows.push(['', 'database', ...cellsOf(found.on, found.off, 'databaseUs')])
    for (const { end } of devices) end()
  }
  say(`
Processor time of a send, in us: medians of ${ROUNDS} rounds for each, in turn; the service is all instances that have a part
in it. Ratio: the median, with the lowest and highest round. The target is ${TARGET} for the service while nobody is connected.
`)
  say(table(['sends', 'of', 'PUSH=on', 'off', 'ratio', `target ${TARGET}`], rows))
}

const whoIs = (connected: Kind['connected'], senders: Person[], recipients: Person[]): Person[] => {
  if (!connected) return []
  return connected.senders ? [...recipients, ...senders] : recipients
}

const deviceOf = async (person: Person, url: string): Promise<Line> => {
  const line = await connectTo(url, person, () => undefined)
  await ping(line)
  return line
}
