/** One value, and those who are notified when it changes. */

export type Store<State> = {
  get: () => State
  set: (change: Partial<State>) => void
  /** @returns how to unsubscribe */
  subscribe: (listener: () => void) => () => void
}

export const openStore = <State extends object>(initial: State): Store<State> => {
  let state = initial
  const listeners = new Set<() => void>()
  return {
    get: () => state,
    set: (change) => {
      state = { ...state, ...change }
      for (const listener of [...listeners]) listener()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
