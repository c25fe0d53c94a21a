/** People who walk through their inboxes over HTTP, and mark what they see as read, while others write and at the end. */
import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'
import type { MessageId, UserId } from '../../lib/model/ids.ts'
import { authorization, type Person } from '../kit/people.ts'
import type { Entry, InboxWalk } from './inbox.ts'
import { type Instances, untilAnswered } from './read-back.ts'
import type { Sent } from './sent.ts'

const PAGES = [20, 7, 3]
const WALKERS = 2
const PAUSE_MS = 200
const AT_ONCE = 8
/** The part of walks after which a dialog is marked as read. */
const MARKS = 0.5

/** What a walker shares with the rest of a run. */
type Setting = {
  instances: Instances
  people: Person[]
  /** The clock of the tries of that run. */
  now: () => number
}
export type InboxWalker = ReturnType<typeof inboxWalker>

export const inboxWalker = ({ instances, people, now }: Setting) => {
  const walks: InboxWalk[] = []
  /** By person and other person, the newest that was acknowledged. */
  const marks = new Map<UserId, Map<UserId, MessageId>>()
  const walk = async ({ id, token }: Person, when: InboxWalk['when']) => {
    const marked = new Map(marks.get(id))
    const beganMs = now()
    const entries = await walkInbox(instances, token)
    walks.push({ person: id, beganMs, endedMs: now(), entries, marked, when })
    return entries
  }
  const markRead = async (person: Person, entry: Entry) => {
    if (!(await mark(instances, person, entry))) return
    const own = marks.get(person.id) ?? new Map<UserId, MessageId>()
    // Two walkers may mark one dialog: the later reply need not be that of the newer mark.
    if (entry.last.id > (own.get(entry.with) ?? '')) own.set(entry.with, entry.last.id)
    marks.set(person.id, own)
  }
  const walkOn = async (goesOn: () => boolean) => {
    while (goesOn()) {
      await sleep(Math.random() * PAUSE_MS)
      const person = anyOf(people) as Person
      const entry = anyOf((await walk(person, 'meanwhile')).filter(({ unread }) => unread > 0))
      if (entry && Math.random() < MARKS) await markRead(person, entry)
    }
  }
  return {
    walks,
    /** People chosen at random, until it no longer goes on. @throws Error when a page cannot be had within a minute */
    meanwhile: async (goesOn: () => boolean): Promise<void> => {
      await Promise.all(Array.from({ length: WALKERS }, () => walkOn(goesOn)))
    },
    /** Everybody who wrote or was written to, once. */
    atTheEnd: async (sent: Pick<Sent, 'from' | 'to'>[]): Promise<void> => {
      const known = new Set(sent.flatMap(({ from, to }) => [from, to]))
      const left = people.filter(({ id }) => known.has(id))
      const walkOne = async () => {
        for (let next = left.pop(); next; next = left.pop()) await walk(next, 'end')
      }
      await Promise.all(Array.from({ length: AT_ONCE }, walkOne))
    },
  }
}

/** From page to page, each of another length, through another instance. */
const walkInbox = async ({ urls, connections }: Instances, token: string): Promise<Entry[]> => {
  const entries: Entry[] = []
  let query: string | undefined = ''
  for (let page = Math.floor(Math.random() * PAGES.length); query !== undefined; page += 1) {
    const asked = new URLSearchParams(query)
    asked.set('limit', String(PAGES[page % PAGES.length]))
    const { body, link } = await untilAnswered(`${anyOf(urls)}/dialogs?${asked}`, token, connections)
    entries.push(...JSON.parse(body))
    query = /<\?([^>]*)>; rel="next"/.exec(link)?.[1]
  }
  return entries
}

/** Whether it was acknowledged. @throws Error for an answer that is neither that nor "come again later" */
const mark = async ({ urls, connections }: Instances, { token }: Person, entry: Entry): Promise<boolean> => {
  const url = `${anyOf(urls)}/dialog/${encodeURIComponent(entry.with)}/read`
  const { statusCode, body } = await request(url, {
    dispatcher: connections,
    method: 'PUT',
    headers: { ...authorization(token), 'content-type': 'application/json' },
    body: JSON.stringify({ up_to: entry.last.id }),
  })
  const text = await body.text()
  if (statusCode !== 204 && statusCode !== 503) throw new Error(`${url} answers ${statusCode} ${text}`)
  return statusCode === 204
}

const anyOf = <Item>(items: Item[]): Item | undefined => items[Math.floor(Math.random() * items.length)]
