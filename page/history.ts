/** The messages of dialogs, as far as they are loaded: from a floor upwards without a gap, whichever way they came. */
import { type Following, followDialogs } from '../lib/push/client-rules.ts'
import { type Ask, dialogPath } from './ask.ts'
import type { KeptDialog } from './keep.ts'
import { Refused } from './request.ts'
import type { Message } from './wire.ts'

const PAGE = 50
/** When catching up. A dialog that is further behind starts over from its newest page. */
const LONG_PAGE = 200

/**
 * `floor`: everything from this id on is loaded; '': everything. Below it, something may have been heard.
 * `prev`: where a catch-up goes on, as a query. `ceiling`: up to this id; what is heard above it may be behind a gap.
 */
type Loaded = { floor: string; prev: string; ceiling: string | undefined }
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
  /** What is to be loaded up to its newest message, until that has succeeded. */
  private readonly behind = new Set<string>()
  /** Whether all that is new is heard, at least since the last catch-up. */
  private isFollowed = false
  private interruptions = 0

  constructor(ask: Ask, listener: Listener) {
    this.ask = ask
    this.listener = listener
    this.following = followDialogs<Message, string, string>({
      changed: (sinceMs, cursor) => this.changed(sinceMs, cursor),
      // Where a dialog goes on is known here, also for dialogs that were loaded without being followed.
      messages: (person) => this.newer(person),
    })
  }

  /** Up to the newest message, as of then. */
  isLoaded(person: string): boolean {
    return this.loaded.has(person) && !this.behind.has(person)
  }

  hasOlder(person: string): boolean {
    return (this.loaded.get(person)?.floor ?? '') !== ''
  }

  /** In the order of ids. */
  shownWith(person: string): Message[] {
    const at = this.loaded.get(person)
    if (!at) return []
    const { floor, ceiling } = at
    return this.following
      .shownWith(person)
      .filter(({ id }) => id >= floor && (ceiling === undefined || id <= ceiling))
  }

  /** What was heard, and is not shown, since what comes before it is not loaded yet. In the order of ids. */
  heldBack(person: string): Message[] {
    const at = this.loaded.get(person)
    const heard = this.following.shownWith(person)
    if (!at) return heard
    const { ceiling } = at
    return ceiling === undefined ? [] : heard.filter(({ id }) => id > ceiling)
  }

  /** Shows what was kept of an earlier visit. It is behind until it is loaded. */
  restore(person: string, { messages, floor, prev }: KeptDialog): void {
    if (this.loaded.has(person)) return
    this.loaded.set(person, { floor, prev, ceiling: messages.at(-1)?.id ?? '' })
    this.behind.add(person)
    this.show(person, messages)
  }

  kept(person: string): KeptDialog | undefined {
    const at = this.loaded.get(person)
    return at && { floor: at.floor, prev: at.prev, messages: this.shownWith(person) }
  }

  /** Up to the newest message. If this fails, the next catch-up tries it too. @throws Refused */
  async load(person: string): Promise<void> {
    this.behind.add(person)
    try {
      this.show(person, (await this.newer(person)).messages)
    } catch (error) {
      if (error instanceof Refused && error.isFinal) this.behind.delete(person)
      throw error
    }
  }

  /** An answer over the socket: once caught up, there is no gap below what it brings. @throws Refused */
  async answered(pong: Parameters<Following<Message>['answered']>[0]): Promise<void> {
    const { interruptions } = this
    await this.following.answered(pong)
    if (interruptions !== this.interruptions) return
    this.isFollowed = true
    for (const [person, at] of this.loaded)
      if (!this.behind.has(person)) this.loaded.set(person, { ...at, ceiling: undefined })
  }

  /** The socket is lost: until the next catch-up, there may be a gap below what comes. */
  interrupted(): void {
    this.interruptions += 1
    this.isFollowed = false
    for (const [person, at] of this.loaded)
      this.loaded.set(person, { ...at, ceiling: this.shownWith(person).at(-1)?.id ?? '' })
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
    return this.loadedNewest(person, body, { floor: floorOf(body, links.next), prev: String(links.prev) })
  }

  private async newerThan(person: string, at: Loaded): Promise<Page> {
    const query = at.prev.replace(/limit=\d+/, `limit=${LONG_PAGE}`)
    const { body, links } = await this.list(person, query)
    if (body.length >= LONG_PAGE) return this.newest(person)
    const known = new Set(this.following.shownWith(person).map(({ id }) => id))
    this.listener.arrived(body.filter(({ id }) => !known.has(id)))
    // The floor may have moved meanwhile.
    const { floor } = this.loaded.get(person) ?? at
    return this.loadedNewest(person, body, { floor, prev: links.prev ?? at.prev })
  }

  /** @param messages newest first */
  private loadedNewest(person: string, messages: Message[], at: Omit<Loaded, 'ceiling'>): Page {
    const [before = '', newest = ''] = [this.loaded.get(person)?.ceiling, messages[0]?.id]
    const ceiling = this.isFollowed ? undefined : newest > before ? newest : before
    this.loaded.set(person, { ...at, ceiling })
    this.behind.delete(person)
    return { messages, prev: at.prev, isLast: true }
  }

  private async changed(sinceMs: number | undefined, cursor: string | undefined) {
    // This page has just begun: nothing is shown yet but what it has loaded itself.
    if (sinceMs === undefined) return { people: [...this.known()] }
    const query = cursor ?? `?since=${encodeURIComponent(new Date(sinceMs).toISOString())}&limit=100`
    const { body, links } = await this.ask<{ with: string }[]>('GET', `/changes${query}`)
    const people = [...new Set(body.map((one) => one.with))]
    this.listener.changed(people)
    const known = this.known()
    return { people: people.filter((person) => known.has(person)), next: links.next }
  }

  /** What is being loaded counts: its page may be older than this catch-up. */
  private known() {
    return new Set([...this.loaded.keys(), ...this.behind])
  }
}

/** Of a page, newest first. An empty one has nothing behind it. */
const floorOf = (page: Message[], next: string | undefined): string =>
  next === undefined ? '' : (page.at(-1)?.id ?? '')
