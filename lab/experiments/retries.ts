/** The retry storm: every message several times with its key, through all instances, while a node dies and comes back. */
import { setTimeout as sleep } from 'node:timers/promises'
import { progress, type Say } from '../../dev/progress.ts'
import { readBack } from '../checker/read-back.ts'
import { acknowledgementOf, type Sent } from '../checker/sent.ts'
import { kill } from '../cluster/fault.ts'
import { start } from '../cluster/start.ts'
import { type Conclusion, conclude } from './conclude.ts'
import { type Ground, inventPeople, openGround } from './ground.ts'
import type { Request } from './requests.ts'
import type { Mark } from './series.ts'
import { type Talk, talk } from './talk.ts'
import { atLeast } from './verdicts.ts'

const ABOUT =
  'Clients repeat every message, through other instances too, while one of three nodes is killed and comes back.'
const SIZE = { nodes: 3, replicas: 3, instances: 4 }
const CLIENTS = 200
/** A message a client in four seconds, each three times on average. */
const PAUSE_MS = 8_000
const RATE = 150
/** Before all of them come, a few write until so many messages are acknowledged: everything is cold. */
const FIRST_CLIENTS = 8
const FIRST_MESSAGES = 50
const FIRST_PAUSE_MS = 200
const VICTIM = 2
/** Each: before the node is killed, while it is down, and from when it answers again. */
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
  const talking = talk({
    instances: ground.instances,
    people,
    pauseMs: PAUSE_MS,
    goesOn: () => !isOver,
    sent,
  })
  await Promise.race([befall(ground, mark, say), talking, ground.broken]).finally(() => {
    isOver = true
  })
  mark('no new messages')
  await Promise.race([talking, ground.broken])
  clearInterval(timer)
  const listings = await progress(say, 'reading all dialogs back', readBack(ground.instances, people, sent))
  const [load, requestsPerSecond] = [`${CLIENTS} clients, each message 1 to 5 times`, RATE]
  const setting = { ...SIZE, load, requestsPerSecond }
  const course = { experiment: 'retries', about: ABOUT, setting, marks, requests: requestsOf(sent), sent }
  const guarantees = [atLeast('messages acknowledged more than once', 1, toldAgain(sent))]
  return conclude({ ...course, nodes: [], guarantees, targets: [] }, listings)
}

const requestsOf = (sent: Sent[]): Request[] =>
  sent.flatMap(({ from, to, text, tries }) =>
    tries.map((one) => ({ ...one, class: 'clients', from, to, text, durationMs: one.endedMs - one.beganMs })),
  )

const toldAgain = (sent: Sent[]): number =>
  sent.filter(({ tries }) => tries.filter(({ status }) => status === 200).length > 1).length

/** @throws Error when the service does not come to work */
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
