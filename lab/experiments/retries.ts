/** The retry storm: every message several times with its key, through all instances, while a node dies and comes back. */
import { setTimeout as sleep } from 'node:timers/promises'
import { progress, type Say } from '../../dev/progress.ts'
import { inboxWalker } from '../checker/inbox-walks.ts'
import { readBack } from '../checker/read-back.ts'
import { acknowledgementOf, type Sent } from '../checker/sent.ts'
import { start } from '../cluster/change.ts'
import { kill } from '../cluster/fault.ts'
import { inventPeople } from '../kit/people.ts'
import { type Talk, talk } from './clients.ts'
import { type Conclusion, conclude } from './conclude.ts'
import { type Ground, openGround } from './ground.ts'
import type { Request } from './requests.ts'
import { atLeast, type Mark } from './verdicts.ts'

const ABOUT =
  'Clients repeat every message, through other instances too, while one of three nodes is killed and comes back.'
const SIZE = { nodes: 3, replicas: 3, instances: 4 }
const CLIENTS = 200
/** One message per client every four seconds, each sent three times on average. */
const PAUSE_MS = 8_000
const RATE = 150
/** Everything is cold at first: a few clients write until this many messages are acknowledged, then all of them. */
const FIRST_CLIENTS = 8
const FIRST_MESSAGES = 50
const FIRST_PAUSE_MS = 200
const VICTIM = 2
/** Before the node is killed, while it is down, and after it answers again. */
const PHASE_MS = 20_000
const FIRST_LIMIT_MS = 120_000
const TELL_MS = 5_000

export const retries = async (keys: string, directory: string, say: Say): Promise<Conclusion> => {
  const ground = await openGround(SIZE, keys, directory, say)
  const people = await inventPeople(CLIENTS, keys)
  const sent: Sent[] = []
  const marks: Mark[] = []
  const beganMs = performance.now()
  const mark = (what: string, is?: Mark['is']) => {
    marks.push({ atMs: performance.now(), what, ...(is && { is }) })
    say(what)
  }
  mark('the first clients write')
  await progress(say, 'the first messages', begin({ instances: ground.instances, people, sent }))
  mark('all clients write')
  say(`\n${CLIENTS} clients write, each message 1 to 5 times, through ${SIZE.instances} instances`)
  const timer = setInterval(() => say(statusOf(sent, beganMs)), TELL_MS)
  let isOver = false
  const { instances } = ground
  const talking = talk({ instances, people, pauseMs: PAUSE_MS, goesOn: () => !isOver, sent })
  const inboxes = inboxWalker({ instances, people, now: () => performance.now() })
  const busy = Promise.all([talking, inboxes.meanwhile(() => !isOver)])
  await ground.whileUp(Promise.race([befall(ground, mark, say), busy])).finally(() => {
    isOver = true
  })
  mark('no new messages')
  await ground.whileUp(busy)
  clearInterval(timer)
  const listings = await progress(say, 'reading all dialogs back', readBack(ground.instances, people, sent))
  await progress(say, 'walking through all inboxes', inboxes.atTheEnd(sent))
  const [load, requestsPerSecond] = [`${CLIENTS} clients, each message 1 to 5 times`, RATE]
  const setting = { ...SIZE, load, requestsPerSecond }
  const course = { experiment: 'retries', about: ABOUT, setting, marks, requests: requestsOf(sent), sent }
  const guarantees = [atLeast('messages acknowledged more than once', 1, toldAgain(sent))]
  return conclude({ ...course, nodes: [], walks: inboxes.walks, guarantees, targets: [] }, listings)
}

const requestsOf = (sent: Sent[]): Request[] =>
  sent.flatMap(({ from, to, text, tries }) =>
    tries.map((one) => ({ ...one, class: 'clients', from, to, text, durationMs: one.endedMs - one.beganMs })),
  )

const toldAgain = (sent: Sent[]): number =>
  sent.filter(({ tries }) => tries.filter(({ status }) => status === 200).length > 1).length

/** @throws Error when the service does not get going */
const begin = async ({ instances, people, sent }: Pick<Talk, 'instances' | 'people' | 'sent'>) => {
  const deadline = performance.now() + FIRST_LIMIT_MS
  const isCold = () => sent.filter(acknowledgementOf).length < FIRST_MESSAGES
  const goesOn = () => isCold() && performance.now() < deadline
  await talk({ instances, people: people.slice(0, FIRST_CLIENTS), pauseMs: FIRST_PAUSE_MS, goesOn, sent })
  if (isCold()) throw new Error(`fewer than ${FIRST_MESSAGES} messages were acknowledged in two minutes`)
}

const befall = async ({ place }: Ground, mark: (what: string, is?: Mark['is']) => void, say: Say) => {
  await sleep(PHASE_MS)
  await kill(place, VICTIM)
  mark(`node ${VICTIM} is killed`, 'fault')
  await sleep(PHASE_MS)
  mark(`node ${VICTIM} is started`)
  await start(place, VICTIM, process.env, say)
  mark(`node ${VICTIM} answers`, 'over')
  await sleep(PHASE_MS)
}

const statusOf = (sent: Sent[], beganMs: number): string => {
  const seconds = (performance.now() - beganMs) / 1_000
  const tries = sent.flatMap((one) => one.tries)
  const later = tries.filter(({ status }) => status === 503 || status === 429).length
  const acknowledged = sent.filter(acknowledgementOf).length
  return `${seconds.toFixed(0).padStart(4)} s: ${acknowledged} of ${sent.length} messages acknowledged, ${tries.length} tries, ${later} times "later"`
}
