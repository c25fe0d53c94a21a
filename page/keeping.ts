/** When what is shown is kept: a moment after it has changed, and before the page goes. */
import type { History } from './history.ts'
import type { Keep } from './keep.ts'
import type { State } from './state.ts'

const DELAY_MS = 500

export type Keeping = {
  /** @param person whose dialog has changed as well */
  changed: (person?: string) => void
  stop: () => void
}

export const openKeeping = (keep: Keep, history: History, state: () => State): Keeping => {
  const people = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const write = () => {
    if (timer === undefined) return
    clearTimeout(timer)
    timer = undefined
    const { dialogs, names } = state()
    keep.keepInbox({ dialogs, names: [...names] })
    for (const person of people) {
      const kept = history.kept(person)
      if (kept) keep.keepDialog(person, kept, Date.now())
    }
    people.clear()
  }
  addEventListener('pagehide', write)
  return {
    changed: (person) => {
      if (person !== undefined) people.add(person)
      timer ??= setTimeout(write, DELAY_MS)
    },
    stop: () => {
      clearTimeout(timer)
      timer = undefined
      removeEventListener('pagehide', write)
    },
  }
}
