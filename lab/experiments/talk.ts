/** Clients that write as people do whose replies get lost: each message several times under its key. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { acknowledgementOf, type Sent } from '../checker/sent.ts'
import { type Instances, type Person, trySend } from './ask.ts'

const MOST_TRIES = 5
/** Of the tries of which the client does not wait for the reply. */
const HANGS_UP = 0.1
const PATIENCE_MS = 300

export type Talk = {
  instances: Instances
  people: Person[]
  /** At most so long between messages of one client, and before it repeats one; by chance, half of it. */
  pauseMs: number
  goesOn: () => boolean
  /** Everything sent is added here at once, and its tries as they end. */
  sent: Sent[]
}

/** Each of the people writes to two others, who write back. Resolves when the last try has ended. */
export const talk = async (setting: Talk): Promise<void> => {
  await Promise.all(setting.people.map((_, index) => writeOn(index, setting)))
}

const writeOn = async (index: number, setting: Talk) => {
  const { people, pauseMs, goesOn, sent } = setting
  const person = people[index] as Person
  const repeats: Promise<void>[] = []
  for (;;) {
    await sleep(Math.random() * pauseMs)
    if (!goesOn()) break
    const { id: to } = people[partnerOf(index, people.length)] as Person
    const key = randomUUID()
    const message: Sent = { from: person.id, to, text: `message ${key}`, key, tries: [] }
    sent.push(message)
    const times = 1 + Math.floor(Math.random() * MOST_TRIES)
    await untilTold(person, message, times, setting)
    const repeating = repeat(person, message, times, setting)
    // Heard at the end: until then it must not count as unheard.
    repeating.catch(() => undefined)
    repeats.push(repeating)
  }
  await Promise.all(repeats)
}

/** Two by two, and every fourth message to the next one: dialogs of two writers each. */
const partnerOf = (index: number, people: number) => (Math.random() < 0.75 ? index ^ 1 : (index + 2) % people)

/** With some tries at once, to several instances; then again while nobody has acknowledged it. */
const untilTold = async (person: Person, message: Sent, times: number, setting: Talk) => {
  const atOnce = 1 + Math.floor(Math.random() * times)
  await Promise.all(Array.from({ length: atOnce }, () => attempt(person, message, setting)))
  while (!acknowledgementOf(message) && message.tries.length < MOST_TRIES) {
    const askedSeconds = message.tries.at(-1)?.retryAfterSeconds ?? 0
    await sleep(askedSeconds * 1_000 + Math.random() * setting.pauseMs)
    await attempt(person, message, setting)
  }
}

/** What was acknowledged, as if that had not been heard: the dialog has moved on meanwhile. */
const repeat = async (person: Person, message: Sent, times: number, setting: Talk) => {
  while (message.tries.length < times) {
    await sleep(Math.random() * setting.pauseMs)
    await attempt(person, message, setting)
  }
}

const attempt = async (person: Person, message: Sent, { instances }: Talk) => {
  const instance = Math.floor(Math.random() * instances.urls.length)
  const patienceMs = Math.random() < HANGS_UP ? Math.ceil(Math.random() * PATIENCE_MS) : undefined
  message.tries.push(await trySend(instances, instance, person, message, patienceMs))
}
