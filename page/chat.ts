/** What somebody who is signed in can do. */
import { type Ask, askAs } from './ask.ts'
import { History } from './history.ts'
import { unmarked } from './inbox.ts'
import { type InboxPages, openInboxPages } from './inbox-pages.ts'
import { type Keep, openKeep } from './keep.ts'
import { type Keeping, openKeeping } from './keeping.ts'
import { Loading } from './loading.ts'
import { type Marks, openMarks } from './marks.ts'
import { openNames } from './names.ts'
import { News } from './news.ts'
import type { Outbox } from './outbox.ts'
import { openSending } from './sending.ts'
import type { Sessions } from './session.ts'
import type { Settings } from './settings.ts'
import { Shown } from './shown.ts'
import { socketBy } from './socket.ts'
import { type State, stateOf } from './state.ts'
import { openStore, type Store } from './store.ts'
import { after } from './timers.ts'

const TYPING_EVERY_MS = 3_000

export class Chat {
  readonly store: Store<State>
  readonly history: History
  private readonly ask: Ask
  private readonly loading: Loading
  private readonly pages: InboxPages
  private readonly keep: Keep
  private readonly keeping: Keeping
  private readonly marks: Marks
  private readonly shown: Shown
  private readonly outbox: Outbox
  private readonly news: News
  private readonly stopping = new AbortController()
  private readonly changed = new Set<string>()
  private toldTypingMs = 0

  /** @param isOver is called when the service refuses the session for good */
  constructor(me: string, sessions: Sessions, settings: Settings, isOver: () => void) {
    const store = openStore(stateOf(me))
    this.store = store
    this.ask = askAs(me, sessions, isOver)
    this.history = new History(this.ask, {
      changed: (people) => {
        for (const person of people) this.changed.add(person)
      },
      arrived: (messages) => this.shown.announce(messages),
    })
    this.loading = new Loading({
      load: (person) => this.load(person),
      random: Math.random,
      after,
      onChange: (unloaded) => store.set({ unloaded }),
    })
    this.pages = openInboxPages(this.ask)
    this.marks = openMarks(this.ask)
    this.keep = openKeep(localStorage, () => sessions.current()?.user === me)
    this.keeping = openKeeping(this.keep, this.history, store.get)
    const names = settings.hasAccounts ? openNames(store, () => this.keeping.changed()) : undefined
    this.shown = new Shown({
      store,
      history: this.history,
      keeping: this.keeping,
      lookUpNames: (people) => names?.look(people),
      acknowledged: (key) => this.outbox.remove(key),
    })
    const { dialogs = [], names: kept = [] } = this.keep.inbox() ?? {}
    store.set({ dialogs, names: new Map(kept) })
    this.outbox = openSending({
      user: me,
      ask: this.ask,
      onSent: (message) => this.shown.heard(message),
      onChange: () => this.showOutbox(),
      signal: this.stopping.signal,
    })
    this.showOutbox()
    names?.look([me])
    this.news = new News({
      ask: this.ask,
      history: this.history,
      socket: socketBy(settings.socketUrl, sessions, this.ask),
      onFrame: (frame) => this.shown.told(frame),
      onLine: (line) => store.set({ line }),
      onReached: () => this.reached(),
      onCaughtUp: (isPolling) => this.caughtUp(isPolling),
    })
  }

  /** Undefined: the inbox alone. */
  open(person: string | undefined): void {
    this.store.set({ open: person })
    if (person === undefined || this.history.isLoaded(person)) return
    const kept = this.keep.dialog(person)
    if (kept) this.history.restore(person, kept)
    this.shown.loaded(person)
    void this.loading.load(person)
  }

  async loadOlder(): Promise<void> {
    const { open } = this.store.get()
    if (open === undefined) return
    await this.history.loadOlder(open)
    this.shown.loaded(open)
  }

  async loadMoreDialogs(): Promise<void> {
    const { moreDialogs } = this.store.get()
    if (!moreDialogs) return
    const { dialogs, next } = await this.pages.page(moreDialogs)
    this.store.set({ moreDialogs: next })
    this.shown.dialogs(dialogs)
  }

  send(text: string): void {
    const { open } = this.store.get()
    if (open !== undefined) this.outbox.add(open, text)
  }

  tryAgain(key: string): void {
    this.outbox.tryAgain(key)
  }

  discard(key: string): void {
    this.outbox.remove(key)
  }

  /** A key was pressed in the open dialog. */
  typed(): void {
    const nowMs = Date.now()
    if (nowMs - this.toldTypingMs < TYPING_EVERY_MS) return
    this.toldTypingMs = nowMs
    this.news.say({ action: 'typing', to: this.store.get().open })
  }

  /** The end of the open dialog is in view. */
  seen(): void {
    const { open, dialogs, me } = this.store.get()
    if (open === undefined || document.hidden || !document.hasFocus()) return
    const dialog = dialogs.find((one) => one.with === open)
    const upTo = unmarked(dialog, this.history.shownWith(open), me)
    if (!dialog || upTo === undefined) return
    this.shown.marked({ by: me, with: open, up_to: upTo })
    this.marks.mark(open, upTo)
  }

  connect(): void {
    this.news.connect()
  }

  stop(): void {
    this.stopping.abort()
    this.loading.stop()
    this.news.stop()
    this.keeping.stop()
  }

  private showOutbox() {
    // Not yet, while it is being opened.
    if (this.outbox) this.store.set({ outbox: this.outbox.all() })
  }

  private async load(person: string) {
    await this.history.load(person).finally(() => this.shown.loaded(person))
    this.shown.dialogs(await this.pages.dialogsWith([person]))
  }

  private async reached() {
    const { dialogs, next } = await this.pages.first()
    if (!this.store.get().moreDialogs) this.store.set({ moreDialogs: next })
    this.shown.dialogs(dialogs)
    const { open } = this.store.get()
    // Its messages are part of each catch-up; marks are not.
    if (open !== undefined && this.history.isLoaded(open))
      this.shown.dialogs(await this.pages.dialogsWith([open]))
    this.marks.sendAgain()
    this.outbox.tryAllAgain()
  }

  private async caughtUp(isPolling: boolean) {
    const { open, version } = this.store.get()
    this.store.set({ version: version + 1 })
    this.loading.tryAgain()
    const people = new Set(this.changed)
    // Marks are pushed, but a catch-up does not include them.
    if (isPolling && open !== undefined && this.history.isLoaded(open)) people.add(open)
    if (people.size > 0) this.shown.dialogs(await this.pages.dialogsWith([...people]))
    for (const person of people) {
      this.changed.delete(person)
      this.shown.loaded(person)
    }
  }
}
