/** What devices were told of the messages that clients sent, and how long after the acknowledgement. */

import { acknowledgementOf, messageIn, type Sent } from '../../checker/sent.ts'
import type { Message } from '../../kit/device.ts'
import type { Request } from '../requests.ts'

/** One device, and when it was told of each message; by the clock of performance.now(). */
export type ObservedDevice = {
  person: string
  instance: number
  at: Map<string, number>
  again: number
  strange: number
}

export const aDevice = (person: string, instance: number): ObservedDevice => ({
  ...{ person, instance },
  ...{ at: new Map(), again: 0, strange: 0 },
})

export const hear = (device: ObservedDevice, { id, from, to }: Message): void => {
  if (![from, to].includes(device.person as never)) device.strange += 1
  if (device.at.has(id)) device.again += 1
  else device.at.set(id, performance.now())
}

/** `arrived`: as requests that begin with the acknowledgement. `missed`: frames that devices of the two people did not get. */
type Arrivals = { arrived: Request[]; missed: number }

/** @param devices that were connected while all of `sent` was sent */
export const arrivalsOf = (
  sent: Sent[],
  devices: ObservedDevice[],
  kindOf: (sent: Sent) => string,
): Arrivals => {
  const byPerson = Map.groupBy(devices, ({ person }) => person)
  const arrived: Request[] = []
  let missed = 0
  for (const one of sent) {
    const acknowledged = acknowledgementOf(one)
    const id = acknowledged && messageIn(acknowledged)?.id
    if (!acknowledged || !id) continue
    for (const device of [one.from, one.to].flatMap((person) => byPerson.get(person) ?? [])) {
      const atMs = device.at.get(id)
      if (atMs === undefined) missed += 1
      else arrived.push(arrivalOf(one, acknowledged.endedMs, atMs, kindOf(one)))
    }
  }
  return { arrived, missed }
}

/** A device may be told before the sender: that is no delay. */
export const arrivalOf = ({ from, to }: Sent, beganMs: number, endedMs: number, kind: string): Request => ({
  ...{ class: kind, from, to, instance: 0, beganMs, endedMs },
  ...{ durationMs: Math.max(0, endedMs - beganMs), status: 200, body: '', retryAfterSeconds: undefined },
})
