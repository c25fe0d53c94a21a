/** The messages of dialogs, as far as they are loaded: from a floor upwards without a gap, whichever way they came. */
import { type Following, followDialogs } from '../lib/push/client-rules.ts'
import { type Ask, dialogPath } from './ask.ts'
import type { KeptDialog } from './keep.ts'
import type { Message } from './wire.ts'

const PAGE = 50
/** When catching up. A dialog that is further behind starts over from its newest page. */
const LONG_PAGE = 200

/**
 * `floor`: everything from this id on is loaded; '': everything. Below it, something may have been heard.
 * `prev`: where a catch-up goes on, as a query.
 */
type Loaded = { floor: string; prev: string }
type Page = { messages: Message[]; prev: string; isLast: boolean }
type Listener = {
  /** Whose dialogs may have changed while the client was away. */
  changed: (people: string[]) => void
  /** What a catch-up has found in a dialog that was shown already. */
  arrived: (messages: Message[]) => void
}

export class History {
  readonly following: Following<Message>
  private readonly ask: Ask
  private readonly listener: Listener
  private readonly loaded = new Map<string, Loaded>()

  constructor(ask: Ask, listener: Listener) {
    this.ask = ask
    this.listener = listener
    this.following = followDialogs<Message, string, string>({
      changed: (sinceMs, cursor) => this.changed(sinceMs, cursor),
      // Where a dialog goes on is known here, also for dialogs that were loaded without being followed.
      messages: (person) => this.newer(person),
    })
  }

  isLoaded(person: string): boolean {
    return this.loaded.has(person)
  }

  hasOlder(person: string): boolean {
    return (this.loaded.get(person)?.floor ?? '') !== ''
  }

  /** In the order of ids. */
  shownWith(person: string): Message[] {
    const floor = this.loaded.get(person)?.floor
    if (floor === undefined) return []
    return this.following.shownWith(person).filter(({ id }) => id >= floor)
  }

  /** Shows what was kept of an earlier visit. It may be behind until `load` has ended. */
  restore(person: string, { messages, floor, prev }: KeptDialog): void {
    this.loaded.set(person, { floor, prev })
    this.show(person, messages)
  }

  kept(person: string): KeptDialog | undefined {
    const at = this.loaded.get(person)
    return at && { ...at, messages: this.shownWith(person) }
  }

  /** Up to the newest message. @throws Refused */
  async load(person: string): Promise<void> {
    this.show(person, (await this.newer(person)).messages)
  }

  /** The page before what is loaded. @throws Refused */
  async loadOlder(person: string): Promise<void> {
    const floor = this.loaded.get(person)?.floor
    if (!floor) return
    const { body, links } = await this.list(person, `?before=${floor}&limit=${PAGE}`)
    this.show(person, body)
    const now = this.loaded.get(person)
    // A catch-up may have started over meanwhile: then there is a gap between this page and what is loaded.
    if (now?.floor === floor) this.loaded.set(person, { ...now, floor: floorOf(body, links.next) })
  }

  private show(person: string, messages: Message[]) {
    for (const message of messages) this.following.heard(person, message)
  }

  private list(person: string, query: string) {
    return this.ask<Message[]>('GET', `${dialogPath(person)}/list${query}`)
  }

  private newer(person: string): Promise<Page> {
    const at = this.loaded.get(person)
    return at ? this.newerThan(person, at) : this.newest(person)
  }

  private async newest(person: string): Promise<Page> {
    const { body, links } = await this.list(person, `?limit=${PAGE}`)
    const prev = String(links.prev)
    this.loaded.set(person, { floor: floorOf(body, links.next), prev })
    return { messages: body, prev, isLast: true }
  }

  private async newerThan(person: string, at: Loaded): Promise<Page> {
    const query = at.prev.replace(/limit=\d+/, `limit=${LONG_PAGE}`)
    const { body, links } = await this.list(person, query)
    if (body.length >= LONG_PAGE) return this.newest(person)
    const known = new Set(this.following.shownWith(person).map(({ id }) => id))
    this.listener.arrived(body.filter(({ id }) => !known.has(id)))
    const prev = links.prev ?? at.prev
    // The floor may have moved meanwhile.
    this.loaded.set(person, { ...(this.loaded.get(person) ?? at), prev })
    return { messages: body, prev, isLast: true }
  }

  private async changed(sinceMs: number | undefined, cursor: string | undefined) {
    // This page has just begun: nothing is shown yet but what it has loaded itself.
    if (sinceMs === undefined) return { people: [...this.loaded.keys()] }
    const query = cursor ?? `?since=${encodeURIComponent(new Date(sinceMs).toISOString())}&limit=100`
    const { body, links } = await this.ask<{ with: string }[]>('GET', `/changes${query}`)
    const people = [...new Set(body.map((one) => one.with))]
    this.listener.changed(people)
    return { people: people.filter((person) => this.loaded.has(person)), next: links.next }
  }
}

/** Of a page, newest first. An empty one has nothing behind it. */
const floorOf = (page: Message[], next: string | undefined): string =>
  next === undefined ? '' : (page.at(-1)?.id ?? '')
