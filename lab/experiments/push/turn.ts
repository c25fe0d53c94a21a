/** One turn of the experiment `push`: people connect to some instances, messages go out at a rate, and all is counted. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { range, sum } from 'd3-array'
import type { Instances } from '../../checker/read-back.ts'
import { acknowledgementOf, type Sent } from '../../checker/sent.ts'
import { connectTo, type Line, ping } from '../../kit/device.ts'
import type { Person } from '../../kit/people.ts'
import { processorUsOf } from '../../kit/processes.ts'
import { trySend } from '../clients.ts'
import { aDevice, hear, type ObservedDevice } from './arrivals.ts'
import { type PeerCalls, peerCallsOf } from './peer-calls.ts'

export type Place = { instances: Instances; pids: number[]; directory: string }
/** A person with a device at each of these instances. */
export type Connected = { person: Person; at: number[] }
export type Turn = {
  connected: Connected[]
  /** Who writes to whom next, and through which instance. */
  next: (send: number) => { from: Person; to: Person; instance: number }
  perSecond: number
  seconds: number
}
/** Of one turn. `calls`: at each instance, as counted there and as expected. */
export type Done = {
  sent: Sent[]
  devices: ObservedDevice[]
  serviceUs: number
  calls: { received: number; expected: number }[]
  made: number
}

/** For the last frames to arrive, and for the counts of calls to be written. */
const SETTLE_MS = 1_500

/** @param send by default at the rate of the turn */
export const takeTurn = async (
  place: Place,
  turn: Turn,
  send = () => sendAll(place.instances, turn),
): Promise<Done> => {
  const { pids, directory } = place
  const opened = await Promise.all(turn.connected.flatMap((one) => devicesOf(one, place.instances.urls)))
  await sleep(SETTLE_MS)
  const counted = () => pids.map((pid) => peerCallsOf(directory, pid))
  const [callsBefore, usBefore] = [counted(), sum(pids, processorUsOf)]
  const sent = await send()
  await sleep(SETTLE_MS)
  const serviceUs = sum(pids, processorUsOf) - usBefore
  const callsAfter = counted()
  for (const { line } of opened) line.end()
  await Promise.all(opened.map(({ line }) => line.ended))
  const devices = opened.map(({ told }) => told)
  const since = (index: number, end: keyof PeerCalls) =>
    Number(callsAfter[index]?.[end]) - Number(callsBefore[index]?.[end])
  const calls = pids.map((_, index) => ({
    received: since(index, 'received'),
    expected: expectedAt(index, sent, devices),
  }))
  return { sent, devices, serviceUs, calls, made: sum(pids, (_, index) => since(index, 'made')) }
}

const devicesOf = (
  { person, at }: Connected,
  urls: string[],
): Promise<{ line: Line; told: ObservedDevice }>[] =>
  at.map(async (instance) => {
    const told = aDevice(person.id, instance)
    const line = await connectTo(String(urls[instance]), person, (frame) => {
      if (frame.type === 'message') hear(told, frame.message)
    })
    await ping(line)
    return { line, told }
  })

/** For each message that another instance has stored, one call for each device of the two people there. */
export const expectedAt = (instance: number, sent: Sent[], devices: ObservedDevice[]): number => {
  const there = Map.groupBy(
    devices.filter((device) => device.instance === instance),
    ({ person }) => person,
  )
  const elsewhere = sent.filter((one) => acknowledgementOf(one)?.instance !== instance)
  return sum(elsewhere, ({ from, to }) => sum([from, to], (person) => there.get(person)?.length ?? 0))
}

/** When they are due, whether or not the ones before have been answered. */
const sendAll = async (instances: Instances, { next, perSecond, seconds }: Turn): Promise<Sent[]> => {
  const beganMs = performance.now()
  const sent: Sent[] = []
  const sending: Promise<void>[] = []
  for (const send of range(Math.round(perSecond * seconds))) {
    const waitMs = beganMs + (send * 1_000) / perSecond - performance.now()
    if (waitMs > 0) await sleep(waitMs)
    const { from, to, instance } = next(send)
    const message = newMessage(from, to)
    sent.push(message)
    sending.push(sendOne(instances, instance, from, message))
  }
  await Promise.all(sending)
  return sent
}

/** As fast as they are answered, by so many clients. Resolves to what they sent. */
export const sendFast = async (
  instances: Instances,
  clients: number,
  { next, seconds }: Pick<Turn, 'next' | 'seconds'>,
): Promise<Sent[]> => {
  const untilMs = performance.now() + seconds * 1_000
  const sent: Sent[] = []
  const send = async () => {
    while (performance.now() < untilMs) {
      const { from, to, instance } = next(sent.length)
      const message = newMessage(from, to)
      sent.push(message)
      await sendOne(instances, instance, from, message)
    }
  }
  await Promise.all(range(clients).map(send))
  return sent
}

const newMessage = (from: Person, to: Person): Sent => {
  const key = randomUUID()
  return { from: from.id, to: to.id, text: `message ${key}`, key, tries: [] }
}

const sendOne = async (instances: Instances, instance: number, from: Person, message: Sent) => {
  message.tries.push(await trySend(instances, instance, from, message, undefined))
}
