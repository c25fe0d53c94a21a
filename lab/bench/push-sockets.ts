/** Many idle sockets: the memory of each, and what it costs when all of them reconnect in a rolling restart. */
import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { range, sum } from 'd3-array'
import { runningOn } from '../../dev/database/cassandra/running.ts'
import { progress, type Say } from '../../dev/progress.ts'
import type { Sent } from '../checker/sent.ts'
import { trySend } from '../experiments/clients.ts'
import { ofPerson, toldOf, untilKnown, untilThere } from '../experiments/push/known.ts'
import { openRestarted, type Restarted } from '../experiments/push/restarts.ts'
import { type Follower, follow } from '../kit/follower.ts'
import { inventPeople, type Person } from '../kit/people.ts'
import { processorUsOf } from '../kit/processes.ts'
import { table, whole } from '../kit/tables.ts'
import type { World } from '../kit/world.ts'

export const MANY_SOCKETS = 10_000
const INSTANCES = 2
const STEPS = 4
const AT_ONCE = 24
/** For the garbage of the handshakes to be collected. */
const IDLE_MS = 10_000
const SENDS_PER_SECOND = 20

/** @param count of sockets, about half of them at each of two instances */
export const pushSockets = async (
  { directory, variables }: World,
  count: number,
  say: Say,
): Promise<void> => {
  const database = await runningOn(join(directory, 'database'))
  if (!database)
    throw new Error('the cost to the database is known only for one that this command has started')
  const rules = { PUSH: 'on', PEER_SECRET: randomBytes(32).toString('hex') }
  const instances = await openRestarted(INSTANCES, { ...variables, ...rules }, directory)
  const pids = () => [...range(INSTANCES).map(instances.pidOf), database.pid]
  const people = await progress(say, `${count} tokens`, inventPeople(count, directory))
  const devices: Follower[] = []
  const rows: string[][] = [memoryRow(0, pids(), [0, 0, 0])]
  for (const step of range(STEPS)) {
    const upTo = Math.round((count * (step + 1)) / STEPS)
    const [beganMs, before] = [performance.now(), pids().map(processorUsOf)]
    const more = people.slice(devices.length, upTo)
    await progress(say, `${upTo} sockets`, connectAll(more, devices, instances))
    const each = pids().map((pid, index) => (processorUsOf(pid) - Number(before[index])) / more.length)
    say(`${more.length} more sockets in ${secondsSince(beganMs)} s: ${textOf(each)} us each`)
    await sleep(IDLE_MS)
    rows.push(memoryRow(devices.length, pids(), await idleShare(pids())))
  }
  say(`\n${table(MEMORY_HEAD, rows)}\n`)
  let isOver = false
  const sent: Sent[] = []
  const sending = sendOn(instances, people, sent, () => isOver)
  const restarts: string[][] = []
  for (const instance of range(INSTANCES))
    restarts.push(await restart(instances, instance, devices, database.pid, say))
  isOver = true
  await sending
  await progress(say, 'until all devices know all', untilKnown(devices, instances.excused(sent)))
  say(`\n${table(RESTART_HEAD, restarts)}\n`)
  judge(devices, sent, say)
  await Promise.all(devices.map(({ end }) => end()))
}

/** A row: what it cost when all clients of an instance moved to the other one, and for how long they were away. */
const restart = async (
  instances: Restarted,
  instance: number,
  devices: Follower[],
  database: number,
  say: Say,
): Promise<string[]> => {
  const connections = () => sum(devices, (device) => device.connections())
  const [beganMs, known] = [performance.now(), connections()]
  const others = [instances.pidOf(1 - instance), database]
  const before = others.map(processorUsOf)
  say(await progress(say, `instance ${instance + 1} stops`, instances.stop(instance)))
  const stopped = secondsSince(beganMs)
  await progress(say, 'until all are back', untilThere(devices))
  const back = secondsSince(beganMs)
  const used = others.map((pid, index) => (processorUsOf(pid) - Number(before[index])) / 1_000_000)
  await instances.start(instance)
  await sleep(IDLE_MS)
  const again = whole(connections() - known)
  return [`instance ${instance + 1}`, again, stopped, back, ...used.map((s) => s.toFixed(1))]
}

/** @throws Error if a device has missed a message, or there was none */
const judge = (devices: Follower[], sent: Sent[], say: Say) => {
  const acknowledged = sent.filter(toldOf)
  const missed = sum(
    devices,
    (device) =>
      ofPerson(device, acknowledged).filter((one) => !device.known.has(String(toldOf(one)?.id))).length,
  )
  const known = devices.flatMap((device) => [...device.known.values()])
  const byFrame = known.filter(({ live }) => live).length
  say(
    `${acknowledged.length} messages meanwhile, ${known.length} times on a device, ${byFrame} of them by a frame; missed: ${missed}`,
  )
  if (missed > 0 || acknowledged.length === 0) throw new Error('not every message has reached every device')
}

const MEMORY_HEAD = [
  ...['sockets', 'RSS MB of instance 1', 'of 2', 'KB a socket'],
  ...['idle: % of a core', 'of the database'],
]
const RESTART_HEAD = [
  ...['restart of', 'connections anew', 'stopped after s', 'all back after s'],
  ...['processor s of the other instance', 'of the database'],
]

const connectAll = async (people: Person[], devices: Follower[], around: Parameters<typeof follow>[1]) => {
  const left = people.toReversed()
  const connect = async () => {
    for (let person = left.pop(); person; person = left.pop()) {
      const device = follow(person, around)
      devices.push(device)
      await untilThere([device])
    }
  }
  await Promise.all(range(AT_ONCE).map(connect))
}

const secondsSince = (sinceMs: number) => ((performance.now() - sinceMs) / 1_000).toFixed(1)
const textOf = ([one = 0, other = 0, database = 0]: number[]) =>
  `${whole(one + other)} (service) and ${whole(database)} (database)`

/** Of the instances together, and of the database, in percent of a core. */
const idleShare = async (pids: number[]): Promise<number[]> => {
  const before = pids.map(processorUsOf)
  await sleep(IDLE_MS)
  return pids.map((pid, index) => (processorUsOf(pid) - Number(before[index])) / (IDLE_MS * 10))
}

const first: number[] = []
const memoryRow = (sockets: number, pids: number[], shares: number[]): string[] => {
  const kib = pids.slice(0, INSTANCES).map(rssKibOf)
  if (sockets === 0) first.push(...kib)
  const each = sockets === 0 ? '' : ((sum(kib) - sum(first)) / sockets).toFixed(1)
  const [one = 0, other = 0, database = 0] = shares
  return [
    whole(sockets),
    ...kib.map((k) => whole(k / 1024)),
    each,
    (one + other).toFixed(0),
    database.toFixed(0),
  ]
}

const rssKibOf = (pid: number) =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])

/** At a low rate, from one of many people to another. */
const sendOn = async (
  instances: Parameters<typeof trySend>[0],
  people: Person[],
  sent: Sent[],
  isOver: () => boolean,
) => {
  const any = () => people[Math.floor(Math.random() * people.length)] as Person
  const sending: Promise<void>[] = []
  while (!isOver()) {
    await sleep(1_000 / SENDS_PER_SECOND)
    const [from, to, key] = [any(), any(), randomUUID()]
    if (from === to) continue
    const message: Sent = { from: from.id, to: to.id, text: `message ${key}`, key, tries: [] }
    sent.push(message)
    const instance = sent.length % INSTANCES
    sending.push(
      trySend(instances, instance, from, message, undefined).then((one) => void message.tries.push(one)),
    )
  }
  await Promise.all(sending)
}
