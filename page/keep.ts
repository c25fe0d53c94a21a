/** What this browser keeps of a person's dialogs, to show it at once, and while offline; bounded, and wiped at sign-out. */
import type { Dialog, Message } from './wire.ts'

/** As in history.ts. */
export type KeptDialog = { messages: Message[]; floor: string; prev: string }
type KeptInbox = { dialogs: Dialog[]; names: [string, string][] }

const INBOX = 'kept:inbox'
const DIALOG = 'kept:dialog:'
/** The newest of each dialog. */
const MESSAGES = 60
const ROWS = 50
/** Of all dialogs together, in characters: browsers allow some five million, of which a character may take two bytes. */
const BUDGET = 1_000_000

type Entry = KeptDialog & { at: number }

export type Keep = {
  inbox: () => KeptInbox | undefined
  keepInbox: (inbox: KeptInbox) => void
  dialog: (person: string) => KeptDialog | undefined
  keepDialog: (person: string, dialog: KeptDialog, atMs: number) => void
}

/** @param mayKeep whether the person is still signed in: another tab may have signed out, and wiped everything */
export const openKeep = (storage: Storage, mayKeep: () => boolean): Keep => {
  const read = <Value>(key: string): Value | undefined => {
    try {
      return JSON.parse(storage.getItem(key) ?? 'null') ?? undefined
    } catch {
      return undefined
    }
  }
  const write = (key: string, value: unknown) => {
    if (!mayKeep()) return
    const text = JSON.stringify(value)
    makeRoom(storage, key, BUDGET - text.length)
    try {
      storage.setItem(key, text)
    } catch {
      // The storage is full, whatever fills it: what is kept is only a convenience.
      makeRoom(storage, key, 0)
    }
  }
  return {
    inbox: () => read(INBOX),
    keepInbox: ({ dialogs, names }) => {
      const rows = dialogs.slice(0, ROWS)
      const people = new Set(rows.map((row) => row.with))
      write(INBOX, { dialogs: rows, names: names.filter(([person]) => people.has(person)) })
    },
    dialog: (person) => read<Entry>(DIALOG + person),
    keepDialog: (person, { messages, floor, prev }, at) => {
      const newest = messages.slice(-MESSAGES)
      const isWhole = newest.length === messages.length
      write(DIALOG + person, { messages: newest, prev, at, floor: isWhole ? floor : (newest[0]?.id ?? '') })
    },
  }
}

/** Removes the dialogs that have been kept for longest, until the others are within a budget. */
const makeRoom = (storage: Storage, except: string, budget: number) => {
  const entries = keysOf(storage)
    .filter((key) => key.startsWith(DIALOG) && key !== except)
    .map((key) => ({ key, text: storage.getItem(key) ?? '' }))
  let total = entries.reduce((sum, { text }) => sum + text.length, 0)
  if (total <= budget) return
  const atOf = (text: string) => Number(/"at":(\d+)/.exec(text)?.[1] ?? 0)
  for (const { key, text } of entries.sort((one, other) => atOf(one.text) - atOf(other.text))) {
    storage.removeItem(key)
    total -= text.length
    if (total <= budget) return
  }
}

export const keysOf = (storage: Storage): string[] =>
  Array.from({ length: storage.length }, (_, index) => String(storage.key(index)))

/** Removes everything except the keys that are named. */
export const wipe = (storage: Storage, isKept: (key: string) => boolean = () => false): void => {
  for (const key of keysOf(storage)) if (!isKept(key)) storage.removeItem(key)
}
