/** The retry storm: every message several times with its key, through all instances, while a node dies and comes back. */
import { setTimeout as sleep } from 'node:timers/promises'
import { kill } from '../cluster/fault.ts'
import { start } from '../cluster/start.ts'
import { progress, type Say } from '../progress.ts'
import { flawsOf } from './check.ts'
import { type Ground, inventPeople, openGround } from './ground.ts'
import { readBack } from './read-back.ts'
import { type Event, type Report, reportOf } from './report.ts'
import { acknowledgementOf, type Sent } from './sent.ts'
import { talk } from './talk.ts'

const SIZE = { nodes: 3, instances: 4 }
const CLIENTS = 200
/** A message a client in two seconds, each three times on average. */
const PAUSE_MS = 4_000
const VICTIM = 2
/** Each: before the node is killed, while it is down, and from when it answers again. */
const PHASE_MS = 20_000
const TELL_MS = 5_000

export const retries = async (keys: string, directory: string, say: Say): Promise<Report> => {
  const ground = await openGround(SIZE, keys, directory, say)
  const people = await inventPeople(CLIENTS, keys)
  const sent: Sent[] = []
  const events: Event[] = []
  const beganMs = performance.now()
  const mark = (what: string) => {
    const event = { atSeconds: (performance.now() - beganMs) / 1_000, what }
    events.push(event)
    say(`${event.atSeconds.toFixed(1)} s: ${what}`)
  }
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
  return reportOf('retries', events, sent, listings, flawsOf(sent, listings))
}

const befall = async ({ place }: Ground, mark: (what: string) => void, say: Say) => {
  await sleep(PHASE_MS)
  await kill(place, VICTIM)
  mark(`node ${VICTIM} is killed`)
  await sleep(PHASE_MS)
  mark(`node ${VICTIM} is started`)
  await start(place, VICTIM, process.env, say)
  mark(`node ${VICTIM} answers`)
  await sleep(PHASE_MS)
}

const statusOf = (sent: Sent[], beganMs: number): string => {
  const seconds = (performance.now() - beganMs) / 1_000
  const tries = sent.flatMap((one) => one.tries)
  const later = tries.filter(({ status }) => status === 503 || status === 429).length
  const acknowledged = sent.filter(acknowledgementOf).length
  return `${seconds.toFixed(0).padStart(4)} s: ${acknowledged} of ${sent.length} messages acknowledged, ${tries.length} tries, ${later} times "later"`
}
