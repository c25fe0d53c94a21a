/** Functions that take first what runs a statement -> the port for one call: one small object, its methods shared. */
import type { Store } from './store.ts'

/** Functions of the port, as a table declares them: each takes first what runs its statement for a call. */
export type Statements<Run, Name extends keyof Store = keyof Store> = {
  [Each in Name]: (run: Run, ...asked: Parameters<Store[Each]>) => ReturnType<Store[Each]>
}

/** Prepares the methods once, since a store is made for each request. They need their store: `this`. */
export const bound = <Run>(statements: Statements<Run>): ((run: Run) => Store) => {
  class Bound {
    readonly run: Run
    constructor(run: Run) {
      this.run = run
    }
  }
  type Ask = (run: Run, ...asked: unknown[]) => Promise<unknown>
  const methods = Object.entries<Ask>(statements as Record<string, Ask>).map(([name, ask]) => [
    name,
    function (this: Bound, ...asked: unknown[]) {
      return ask(this.run, ...asked)
    },
  ])
  Object.assign(Bound.prototype, Object.fromEntries(methods))
  return (run) => new Bound(run) as unknown as Store
}
