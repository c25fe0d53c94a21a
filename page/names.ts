/** What people are called, where they have their accounts here. */
import { request } from './request.ts'
import type { State } from './state.ts'
import type { Store } from './store.ts'

type Profile = { first_name?: string; second_name?: string }

export type Names = { look: (people: Iterable<string>) => void }

/** Somebody without a name, or without an account, is shown by their id. */
export const openNames = (store: Store<State>, changed: () => void): Names => {
  const asked = new Set<string>()
  const lookUp = async (person: string) => {
    try {
      const { body } = await request<Profile>('GET', `/user/get/${encodeURIComponent(person)}`)
      const name = [body.first_name, body.second_name].filter(Boolean).join(' ')
      store.set({ names: new Map(store.get().names).set(person, name) })
      changed()
    } catch {
      // The id will do.
    }
  }
  return {
    look: (people) => {
      for (const person of people) {
        if (asked.has(person) || store.get().names.has(person)) continue
        asked.add(person)
        void lookUp(person)
      }
    },
  }
}
