/** A device that stays: it keeps to the rules of a client, and connects again wherever an instance is. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Agent, request } from 'undici'
import { lowestIdAt } from '../../lib/model/ids.ts'
import { type Following, followDialogs, type Requests } from '../../lib/push/client-rules.ts'
import { connectTo, type Line, type Message, type Pushed, ping } from './device.ts'
import { authorization, type Person } from './people.ts'

export type Follower = {
  person: Person
  shownWith: (person: string) => Message[]
  /** When a message was first known here, and by which way; by the clock of performance.now(). */
  known: Map<string, { atMs: number; live: boolean }>
  /** How many connections there have been so far. */
  connections: () => number
  /** It is pushed to, and has caught up since it connected. */
  isThere: () => boolean
  end: () => Promise<void>
}
type Surroundings = { urls: string[]; connections: Agent }
type Meet = (message: Message, live: boolean) => void

const AGAIN_MS = 500
const REQUEST_MS = 10_000
const PAGE = 200
const FROM_THE_FIRST = `?after=${lowestIdAt(0)}&limit=${PAGE}`

export const follow = (person: Person, around: Surroundings): Follower => {
  const known: Follower['known'] = new Map()
  const meet: Meet = ({ id }, live) => {
    if (!known.has(id)) known.set(id, { atMs: performance.now(), live })
  }
  const following = followDialogs(requestsOf(person, around, meet))
  const staying = stay(person, around, following, (message) => {
    meet(message, true)
    following.heard(message.from === person.id ? message.to : message.from, message)
  })
  return { person, known, shownWith: following.shownWith, ...staying }
}

const requestsOf = (
  { token }: Person,
  { urls, connections }: Surroundings,
  meet: Meet,
): Requests<Message, string, string> => {
  const get = async (path: string) => {
    const reply = await request(`${anyOf(urls)}${path}`, {
      dispatcher: connections,
      headers: authorization(token),
      signal: AbortSignal.timeout(REQUEST_MS),
    })
    const body = await reply.body.text()
    if (reply.statusCode !== 200) throw new Error(`${path} answers ${reply.statusCode} ${body}`)
    return { body: JSON.parse(body), link: String(reply.headers['link'] ?? '') }
  }
  return {
    changed: async (sinceMs, cursor) => {
      const since = sinceMs === undefined ? '' : `?since=${isoOf(sinceMs)}`
      const { body, link } = await get(`/changes${cursor ?? since}`)
      return { people: body.map((row: { with: string }) => row.with), next: queryIn(link, 'next') }
    },
    messages: async (other, query = FROM_THE_FIRST) => {
      const { body, link } = await get(`/dialog/${encodeURIComponent(other)}/list${query}`)
      for (const message of body) meet(message, false)
      const prev = queryIn(link, 'prev')
      if (prev === undefined) throw new Error('a page without rel="prev"')
      return { messages: body, prev, isLast: body.length < PAGE }
    },
  }
}

const stay = (
  person: Person,
  { urls }: Surroundings,
  following: Following<Message>,
  heard: (message: Message) => void,
): Pick<Follower, 'connections' | 'isThere' | 'end'> => {
  const state = { isOver: false, connections: 0 }
  const alive = new WeakSet<Line>()
  let line: Line | undefined
  let there: Line | undefined
  /** Resolves when another connection is needed, to when. @throws Error when there is none */
  const connectOnce = async (): Promise<number> => {
    const before = line
    const bye = Promise.withResolvers<number>()
    const hear = (frame: Pushed) => {
      if (frame.type === 'bye') bye.resolve(frame.reconnect_ms)
      if (frame.type === 'message') heard(frame.message)
    }
    const now = await connectTo(anyOf(urls), person, hear)
    state.connections += 1
    line = now
    alive.add(now)
    const ended = now.ended.then(() => {
      alive.delete(now)
      return AGAIN_MS * Math.random()
    })
    if (state.isOver) now.end()
    // The one before ends when this one is there: until then it is told what is new.
    void pingOn(now, before)
      .catch(() => undefined)
      .then(now.end)
    return Promise.race([bye.promise, ended])
  }
  const pingOn = async (on: Line, before: Line | undefined) => {
    while (alive.has(on)) {
      const sinceMs = following.sinceMs()
      const pong = await ping(on, sinceMs === undefined ? undefined : isoOf(sinceMs))
      before?.end()
      const catchUp = following.answered({ nowMs: Date.parse(pong.now), isBehind: pong.behind })
      const nextMs = await catchUp.then(
        () => {
          there = on
          return pong.ping_seconds * 1_000
        },
        () => AGAIN_MS,
      )
      await Promise.race([on.ended, sleep(nextMs, undefined, { ref: false })])
    }
  }
  const run = async () => {
    while (!state.isOver) {
      const waitMs = await connectOnce().catch(() => AGAIN_MS)
      if (!state.isOver) await sleep(waitMs)
    }
  }
  const running = run()
  return {
    connections: () => state.connections,
    isThere: () => there !== undefined && alive.has(there),
    end: async () => {
      state.isOver = true
      line?.end()
      await running
    },
  }
}

const anyOf = (urls: string[]) => String(urls[Math.floor(Math.random() * urls.length)])
const isoOf = (ms: number) => new Date(ms).toISOString()
const queryIn = (link: string, rel: string): string | undefined =>
  new RegExp(`<[^>?]*(\\?[^>]*)>; rel="${rel}"`).exec(link)?.[1]
