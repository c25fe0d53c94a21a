/** The experiment `push`: what a message costs and how soon it arrives, with one, two and four instances, by counting. */
import { randomBytes } from 'node:crypto'
import { progress, type Say } from '../../../dev/progress.ts'
import { readBack } from '../../checker/read-back.ts'
import type { Sent } from '../../checker/sent.ts'
import { inventPeople } from '../../kit/people.ts'
import { ONE_BUCKET, UNLIMITED } from '../../kit/world.ts'
import { type Conclusion, conclude } from '../conclude.ts'
import { openGround } from '../ground.ts'
import type { Request } from '../requests.ts'
import type { Mark } from '../verdicts.ts'
import { arrivalsOf } from './arrivals.ts'
import { guaranteesOf, type Taken, targetsOf } from './judge.ts'
import { EVEN, type Kind, kindsFor, PEOPLE } from './kinds.ts'
import { counting } from './peer-calls.ts'
import { type Done, type Place, sendFast, takeTurn } from './turn.ts'

const ABOUT =
  'Messages between connected people, with one, two and four instances and as much load for each; then with a person of 20 devices, and with one busy dialog.'
const SIZE = { nodes: 1, replicas: 1, instances: 4 }
const CLIENTS = 32
const ROUNDS = [1, 2, 3]
const SECONDS = 8
const WARM_UP_SECONDS = 12
/** Of the ceiling of four instances; two of them, and one, get their share of that. */
const PART_OF_CEILING = 0.5

export const push = async (keys: string, directory: string, say: Say): Promise<Conclusion> => {
  const rules = { ...UNLIMITED, ...ONE_BUCKET, PUSH: 'on', PEER_SECRET: randomBytes(32).toString('hex') }
  const ground = await openGround(
    { ...SIZE, rules: { ...rules, ...counting(directory) } },
    keys,
    directory,
    say,
  )
  const people = await inventPeople(PEOPLE, keys)
  const place: Place = { instances: ground.instances, pids: ground.pids, directory }
  const kinds = kindsFor(people)
  const even = kinds[EVEN] as Kind
  const marks: Mark[] = []
  const warm = (seconds: number) => sendFast(place.instances, CLIENTS, { next: even.next, seconds })
  const warming = await progress(say, 'warming up', ground.whileUp(warm(WARM_UP_SECONDS)))
  const fast = await progress(say, `${CLIENTS} clients at once`, ground.whileUp(ceilingOf(place, even)))
  const perSecond = fast.length / SECONDS
  const rate = Math.round((perSecond * PART_OF_CEILING) / 4)
  say(`the ceiling: ${Math.round(perSecond)} messages/s; at most ${4 * rate} from now on`)
  const taken: Taken[] = []
  for (const round of ROUNDS)
    for (const [kind, how] of turnsOf(kinds, round)) {
      const what = `${kind}, round ${round}`
      marks.push({ atMs: performance.now(), what })
      const turn = { ...how, perSecond: rate * how.instances, seconds: SECONDS }
      const done = await progress(say, what, ground.whileUp(takeTurn(place, turn)))
      taken.push({ ...done, kind, ...becameOf(done, how.kindOf) })
    }
  marks.push({ atMs: performance.now(), what: 'the end' })
  const sent = [...warming, ...fast, ...taken.flatMap((turn) => turn.sent)]
  const listings = await progress(say, 'reading all dialogs back', readBack(ground.instances, people, sent))
  const requests = taken.flatMap(({ sends, delays }) => [...sends, ...delays])
  const setting = { ...SIZE, load: `${PEOPLE} connected people`, requestsPerSecond: rate * 4 }
  const course = { experiment: 'push', about: ABOUT, setting, marks, requests, sent, nodes: [] }
  return conclude({ ...course, guarantees: guaranteesOf(taken), targets: targetsOf(taken, say) }, listings)
}

/** Whichever goes first finds a colder machine: so they take turns at going first. */
const turnsOf = (kinds: Record<string, Kind>, round: number) => {
  const all = Object.entries(kinds)
  return round % 2 === 1 ? all : all.toReversed()
}

const ceilingOf = async (place: Place, { connected, next }: Kind): Promise<Sent[]> => {
  const turn = { connected, next, perSecond: 0, seconds: SECONDS }
  return (await takeTurn(place, turn, () => sendFast(place.instances, CLIENTS, turn))).sent
}

const becameOf = ({ sent, devices }: Done, kindOf: Kind['kindOf']) => {
  const { arrived, missed } = arrivalsOf(sent, devices, (one) => `${kindOf(one)}: arrival`)
  const sends = sent.flatMap((one): Request[] =>
    one.tries.map((each) => ({
      ...each,
      ...{ from: one.from, to: one.to, text: one.text },
      class: `${kindOf(one)}: send`,
      durationMs: each.endedMs - each.beganMs,
    })),
  )
  return { delays: arrived, missed, sends }
}
