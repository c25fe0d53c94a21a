/** A view that is drawn again when a store changes. */
import { useEffect, useState } from 'preact/hooks'
import type { Store } from '../store.ts'

export const useStore = <State extends object>(store: Store<State>): State => {
  const [, draw] = useState<State>()
  useEffect(() => {
    // It may have changed between the first drawing and now.
    draw(store.get())
    return store.subscribe(() => draw(store.get()))
  }, [store])
  return store.get()
}
