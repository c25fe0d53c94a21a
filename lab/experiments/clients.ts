/** Clients whose replies get lost: each sends every message several times under its key. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'
import type { Instances } from '../checker/read-back.ts'
import { acknowledgementOf, type Sent, type Try } from '../checker/sent.ts'
import { authorization, type Person } from '../kit/people.ts'

const MOST_TRIES = 5
/** The part of all tries in which the client does not wait for the reply. */
const HANGS_UP = 0.1
const PATIENCE_MS = 300

export type Talk = {
  instances: Instances
  people: Person[]
  /** The longest pause between messages of one client, and before it repeats one; the mean is half of it. */
  pauseMs: number
  goesOn: () => boolean
  /** Every message is added here before it is sent, its tries as they end. */
  sent: Sent[]
}

/** Each person writes to two others, who write back. Resolves when the last try has ended. */
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
    // It is awaited at the end: until then a rejection must not count as unhandled.
    repeating.catch(() => undefined)
    repeats.push(repeating)
  }
  await Promise.all(repeats)
}

/** In pairs, and every fourth message goes to the next pair: each dialog has two writers. */
const partnerOf = (index: number, people: number) => (Math.random() < 0.75 ? index ^ 1 : (index + 2) % people)

/** Some tries at once, to several instances; then more until one is acknowledged. */
const untilTold = async (person: Person, message: Sent, times: number, setting: Talk) => {
  const atOnce = 1 + Math.floor(Math.random() * times)
  await Promise.all(Array.from({ length: atOnce }, () => attempt(person, message, setting)))
  while (!acknowledgementOf(message) && message.tries.length < MOST_TRIES) {
    const askedSeconds = message.tries.at(-1)?.retryAfterSeconds ?? 0
    await sleep(askedSeconds * 1_000 + Math.random() * setting.pauseMs)
    await attempt(person, message, setting)
  }
}

/** Repeats an acknowledged message as if the reply had been lost: the dialog has moved on meanwhile. */
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

/** The service replies within five seconds. */
const REPLY_MS = 10_000

/** A request opens a connection when all others are busy. */
export const openInstances = (urls: string[]): Instances => ({ urls, connections: new Agent() })

/** One try, and how it ended. @param patienceMs the client hangs up after that; undefined: it waits for the reply */
export const trySend = async (
  { urls, connections }: Instances,
  instance: number,
  { token }: Person,
  { to, text, key }: Sent,
  patienceMs: number | undefined,
): Promise<Try> => {
  const beganMs = performance.now()
  const url = `${urls[instance]}/dialog/${encodeURIComponent(to)}/send`
  const reply = await request(url, {
    dispatcher: connections,
    method: 'POST',
    headers: { ...authorization(token), 'content-type': 'application/json', 'idempotency-key': `"${key}"` },
    body: JSON.stringify({ text }),
    signal: AbortSignal.timeout(patienceMs ?? REPLY_MS),
  })
    .then(async ({ statusCode, headers, body }) => ({
      status: statusCode,
      body: await body.text(),
      retryAfterSeconds: secondsIn(headers['retry-after']),
    }))
    .catch((error: Error) => ({
      status:
        patienceMs !== undefined && error.name === 'TimeoutError'
          ? ('hung up' as const)
          : ('no reply' as const),
      body: error.message,
      retryAfterSeconds: undefined,
    }))
  return { instance, beganMs, endedMs: performance.now(), ...reply }
}

const secondsIn = (header: string | string[] | undefined): number | undefined =>
  header === undefined ? undefined : Number(header)
