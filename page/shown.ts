/** What is shown, and how it changes with what arrives. */
import type { History } from './history.ts'
import { merged, withMark, withMessage } from './inbox.ts'
import type { Keeping } from './keeping.ts'
import type { State } from './state.ts'
import type { Store } from './store.ts'
import { type Dialog, type Frame, type Message, otherSide } from './wire.ts'

const TYPING_SHOWN_MS = 10_000

type Surroundings = {
  store: Store<State>
  history: History
  keeping: Keeping
  lookUpNames: (people: string[]) => void
  /** The key of a message that the service has acknowledged, to whichever device of this person. */
  acknowledged: (key: string) => void
}

export class Shown {
  private readonly around: Surroundings

  constructor(around: Surroundings) {
    this.around = around
  }

  told(frame: Frame): void {
    const { store } = this.around
    if (frame.type === 'message') {
      this.heard(frame.message)
      if (frame.key !== undefined) this.around.acknowledged(frame.key)
    } else if (frame.type === 'read') this.marked(frame)
    else if (frame.type === 'typing' && frame.from !== store.get().me) this.typing(frame.from)
  }

  heard(message: Message): void {
    const { store, history, keeping } = this.around
    const { me, dialogs } = store.get()
    const person = otherSide(message, me)
    if (history.following.shownWith(person).some(({ id }) => id === message.id)) return
    history.following.heard(person, message)
    store.set({ dialogs: withMessage(dialogs, message, me) })
    this.loaded(person)
    this.around.lookUpNames([person])
    if (message.from !== me) this.stoppedTyping(message.from)
    this.announce([message])
    keeping.changed(person)
  }

  marked(mark: { by: string; with: string; up_to: string }): void {
    const { store, keeping } = this.around
    const { dialogs, me } = store.get()
    store.set({ dialogs: withMark(dialogs, mark, me) })
    keeping.changed()
  }

  dialogs(told: Dialog[]): void {
    const { store, keeping } = this.around
    store.set({ dialogs: merged(store.get().dialogs, told) })
    this.around.lookUpNames(told.map((dialog) => dialog.with))
    keeping.changed()
  }

  /** What is loaded of a dialog has changed. */
  loaded(person: string): void {
    const { store, keeping } = this.around
    store.set({ version: store.get().version + 1 })
    keeping.changed(person)
  }

  /** Only what others have written: the newest of it, if there is much. */
  announce(messages: Message[]): void {
    const { store } = this.around
    const { me, names } = store.get()
    const newest = messages
      .filter(({ from }) => from !== me)
      .reduce<Message | undefined>((one, other) => (one && one.id > other.id ? one : other), undefined)
    if (newest) store.set({ announcement: `${names.get(newest.from) || newest.from}: ${newest.text}` })
  }

  private typing(person: string) {
    const { store } = this.around
    const untilMs = Date.now() + TYPING_SHOWN_MS
    store.set({ typing: new Map(store.get().typing).set(person, untilMs) })
    setTimeout(() => {
      if (store.get().typing.get(person) === untilMs) this.stoppedTyping(person)
    }, TYPING_SHOWN_MS)
  }

  private stoppedTyping(person: string) {
    const typing = new Map(this.around.store.get().typing)
    if (typing.delete(person)) this.around.store.set({ typing })
  }
}
