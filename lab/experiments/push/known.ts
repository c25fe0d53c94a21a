/** Which of the acknowledged messages a device has come to know. */
import { setTimeout as sleep } from 'node:timers/promises'
import { acknowledgementOf, messageIn, type Sent, type Shown } from '../../checker/sent.ts'
import type { Follower } from '../../kit/follower.ts'

/** A ping every thirty seconds finds that something was missed; then the device catches up. */
const WITHIN_MS = 45_000
const POLL_MS = 250
/** For thousands of devices, all at once. */
const BACK_MS = 120_000

export const toldOf = (sent: Sent): Shown | undefined => {
  const told = acknowledgementOf(sent)
  return told && messageIn(told)
}

export const ofPerson = ({ person }: Follower, sent: Sent[]) =>
  sent.filter(({ from, to }) => [from, to].includes(person.id))

/** Resolves when each device knows all that was acknowledged, or at the deadline. */
export const untilKnown = async (devices: Follower[], sent: Sent[]): Promise<void> => {
  const deadline = performance.now() + WITHIN_MS
  const isBehind = (device: Follower) =>
    ofPerson(device, sent).some((one) => {
      const told = toldOf(one)
      return told && !device.known.has(told.id)
    })
  while (devices.some(isBehind) && performance.now() < deadline) await sleep(POLL_MS)
}

/** @throws Error if that takes too long */
export const untilThere = async (devices: Follower[]) => {
  const deadline = performance.now() + BACK_MS
  while (devices.some((device) => !device.isThere())) {
    if (performance.now() > deadline) throw new Error('some devices do not come back')
    await sleep(devices.length === 1 ? 10 : POLL_MS)
  }
}
