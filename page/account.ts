/** Signing in and out, in all tabs: what is wiped and when, and whose chat is shown. */
import { Chat } from './chat.ts'
import { keysOf, wipe } from './keep.ts'
import { isOutbox, outboxOf } from './outbox.ts'
import { openSessions, revoke, SESSION, type Session, type Sessions, signUp } from './session.ts'
import type { Settings } from './settings.ts'
import { openStore, type Store } from './store.ts'

/** `isNew`: has just signed up, and may not know their id yet. */
export type AccountState = { chat: Chat | undefined; notice: string; isNew: boolean }

const IS_OVER = 'Your session has ended. Please sign in again.'
const NOT_REVOKED =
  'Everything was removed from this browser. The service could not be reached: your session stays valid there until it expires.'

export class Account {
  readonly settings: Settings
  readonly store: Store<AccountState> = openStore({
    chat: undefined,
    notice: '',
    isNew: false,
  } as AccountState)
  private readonly sessions: Sessions

  constructor(settings: Settings) {
    this.settings = settings
    this.sessions = openSessions(localStorage, navigator.locks)
    addEventListener('storage', ({ key }) => {
      if (key === SESSION || key === null) this.followOtherTabs()
    })
    this.begin()
  }

  async signIn(id: string, password: string): Promise<void> {
    await this.sessions.signIn(id.trim(), password)
    this.begin()
  }

  async signInWith(token: string): Promise<void> {
    await this.sessions.signInWith(token)
    this.begin()
  }

  /** @throws Refused; when it was refused after registration, with the new id in the notice */
  async signUp(firstName: string, password: string): Promise<void> {
    const id = await signUp(firstName.trim(), password)
    this.store.set({ notice: `Your user id is ${id}. You need it to sign in.` })
    await this.signIn(id, password)
    this.store.set({ isNew: true })
  }

  knowsId(): void {
    this.store.set({ isNew: false })
  }

  /** What this browser keeps is removed at once; then the service is told. */
  async signOut(): Promise<void> {
    const session = this.sessions.current()
    this.end('You are signed out.')
    wipe(localStorage)
    if (!session) return
    await revoke(session).catch(() => this.store.set({ notice: NOT_REVOKED }))
  }

  private begin() {
    const session = this.sessions.current()
    if (!session) return
    removeTracesOfOthers(session)
    const chat = new Chat(session.user, this.sessions, this.settings, () => this.isOver(session))
    this.store.set({ chat, notice: '', isNew: false })
  }

  private end(notice: string) {
    this.store.get().chat?.stop()
    this.store.set({ chat: undefined, notice, isNew: false })
    // Whoever signs in next is not to see whose dialog was open.
    history.replaceState(null, '', location.pathname + location.search)
  }

  /** Withdrawn or expired: what others must not see is removed; what was not sent yet waits for its writer. */
  private isOver({ user }: Session) {
    if (this.store.get().chat?.store.get().me !== user) return
    this.end(IS_OVER)
    wipe(localStorage, (key) => key.startsWith(outboxOf(user)))
  }

  private followOtherTabs() {
    const user = this.sessions.current()?.user
    const { chat } = this.store.get()
    if (user === chat?.store.get().me) return
    if (chat) this.end('You have signed out in another tab.')
    // Removes what this tab has kept meanwhile, too.
    if (user === undefined) wipe(localStorage, isOutbox)
    else this.begin()
  }
}

/** Somebody else may have used this browser before, until their session ended. */
const removeTracesOfOthers = ({ user }: Session) => {
  for (const key of keysOf(localStorage))
    if (isOutbox(key) && !key.startsWith(outboxOf(user))) localStorage.removeItem(key)
}
