/** The experiment `kill-instances`: devices that stay while the instances that hold their sockets are killed and restarted. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { range, sum } from 'd3-array'
import { progress, type Say } from '../../../dev/progress.ts'
import { issuesOfListing } from '../../checker/check.ts'
import { readBack } from '../../checker/read-back.ts'
import { acknowledgementOf, dialogOf, KINDS, messageIn, type Sent, type Shown } from '../../checker/sent.ts'
import { type Follower, follow } from '../../kit/follower.ts'
import { inventPeople } from '../../kit/people.ts'
import { UNLIMITED } from '../../kit/world.ts'
import { talk } from '../clients.ts'
import { type Conclusion, conclude } from '../conclude.ts'
import { openGround } from '../ground.ts'
import type { Request } from '../requests.ts'
import { atLeast, atMost, type Mark, none } from '../verdicts.ts'
import { arrivalOf } from './arrivals.ts'
import { ofPerson, toldOf, untilKnown, untilThere } from './known.ts'
import { openRestarted, type Restarted } from './restarts.ts'

const ABOUT =
  'People with two devices each talk, while the instances that hold their sockets are killed, and then restarted one after the other.'
const SIZE = { nodes: 1, replicas: 1, instances: 4 }
const PEOPLE = 32
const DEVICES = 2
/** A message from each person every second and a half, tried three times on average. */
const PAUSE_MS = 3_000
const VICTIM = 1
const PHASE_MS = 10_000
const DOWN_MS = 5_000

export const killInstances = async (keys: string, directory: string, say: Say): Promise<Conclusion> => {
  const instances = await openInstances(keys, directory, say)
  const people = await inventPeople(PEOPLE, keys)
  const devices = people.flatMap((person) => range(DEVICES).map(() => follow(person, instances)))
  const marks: Mark[] = []
  const mark = (what: string, is?: Mark['is']) => {
    marks.push({ atMs: performance.now(), what, ...(is && { is }) })
    say(what)
  }
  const all: Sent[] = []
  let isOver = false
  await progress(say, 'until all devices are there', untilThere(devices))
  mark('begin')
  const talking = talk({ instances, people, pauseMs: PAUSE_MS, goesOn: () => !isOver, sent: all })
  await Promise.race([befall(instances, mark), talking]).finally(() => {
    isOver = true
  })
  await talking
  mark('the end')
  const sent = instances.excused(all)
  await progress(say, 'until all devices know all', untilKnown(devices, sent))
  const shown = devices.map((device) => ({ device, issues: issuesOf(device, sent) }))
  const arrivals = devices.flatMap((device) => arrivalsAt(device, sent))
  const connections = sum(devices, (device) => device.connections())
  await Promise.all(devices.map(({ end }) => end()))
  const listings = await progress(say, 'reading all dialogs back', readBack(instances, people, sent))
  const requests = [...sent.flatMap(requestsOf), ...arrivals]
  const load = `${PEOPLE} people with ${DEVICES} devices each`
  const setting = { ...SIZE, load, requestsPerSecond: (2_000 / PAUSE_MS) * PEOPLE * 3 }
  const course = { experiment: 'kill-instances', about: ABOUT, setting, marks, requests, sent, nodes: [] }
  const found = shown.flatMap(({ issues }) => issues)
  const caughtUp = sum(devices, (device) => knownBy(device, sent).filter(({ met }) => !met.live).length)
  const longestMs = arrivals.reduce((most, { durationMs }) => Math.max(most, durationMs), 0)
  say(
    `${arrivals.length} messages on devices, ${caughtUp} of them by catching up, over ${connections} connections`,
  )
  const guarantees = [
    ...KINDS.map((kind) =>
      none(`on a device, messages ${kind}`, found.filter((one) => one.kind === kind).length),
    ),
    atLeast('messages that a device got to know by a frame', 1, arrivals.length - caughtUp),
    atLeast('messages that a device got to know by catching up', 1, caughtUp),
    atLeast('connections / devices', 2, connections / devices.length),
  ]
  const targets = [atMost('longest from acknowledgement to a device, s', 35, longestMs / 1_000)]
  const conclusion = conclude({ ...course, guarantees, targets }, listings)
  const where = shown.flatMap(({ device, issues }) =>
    issues.map(({ kind, text, id }) => `${kind}: ${text} (${id}): on a device of ${device.person.id}`),
  )
  return { ...conclusion, findings: [...conclusion.findings, ...where] }
}

const openInstances = async (keys: string, directory: string, say: Say): Promise<Restarted> => {
  const rules = { ...UNLIMITED, PUSH: 'on', PEER_SECRET: randomBytes(32).toString('hex') }
  const { variables } = await openGround({ ...SIZE, instances: 0, rules }, keys, directory, say)
  const starting = openRestarted(SIZE.instances, variables, directory)
  return progress(say, `starting ${SIZE.instances} instances`, starting)
}

const befall = async (instances: Restarted, mark: (what: string, is?: Mark['is']) => void) => {
  await sleep(PHASE_MS)
  mark(`instance ${VICTIM + 1} is killed`, 'fault')
  await instances.kill(VICTIM)
  await sleep(DOWN_MS)
  await instances.start(VICTIM)
  mark(`instance ${VICTIM + 1} is back`, 'over')
  await sleep(2 * PHASE_MS)
  for (const instance of range(SIZE.instances)) {
    mark(`instance ${instance + 1} restarts`, 'fault')
    await instances.stop(instance)
    await instances.start(instance)
  }
  mark('all have restarted', 'over')
  await sleep(2 * PHASE_MS)
}

/** What a device shows, compared with what was sent. */
const issuesOf = (device: Follower, sent: Sent[]) =>
  [...Map.groupBy(ofPerson(device, sent), dialogOf).values()].flatMap((own) => {
    const [{ from, to }] = own as [Sent]
    const known = own.map((one) => ({ ...one, told: toldOf(one) }))
    const shown = device.shownWith(from === device.person.id ? to : from) as Shown[]
    return issuesOfListing('upwards', shown, known)
  })

/** With its acknowledgement, and how the device came to know it. */
const knownBy = (device: Follower, sent: Sent[]) =>
  ofPerson(device, sent).flatMap((one) => {
    const told = acknowledgementOf(one)
    const met = told && device.known.get(messageIn(told)?.id ?? '')
    return told && met ? [{ one, told, met }] : []
  })

const arrivalsAt = (device: Follower, sent: Sent[]): Request[] =>
  knownBy(device, sent).map(({ one, told, met }) => arrivalOf(one, told.endedMs, met.atMs, 'devices'))

const requestsOf = ({ from, to, text, tries }: Sent): Request[] =>
  tries.map((one) => ({ ...one, class: 'sends', from, to, text, durationMs: one.endedMs - one.beganMs }))
