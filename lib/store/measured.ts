/** The port with every statement counted and timed, whatever it runs on. */
import type { Metrics } from '../metrics/metrics.ts'
import { bound, type Statements } from './bound.ts'
import { reporting } from './ended.ts'
import type { Store } from './store.ts'

type Ask = (...asked: unknown[]) => Promise<unknown>

/** @param names of all statements */
export const measuredBy = (metrics: Metrics, names: readonly (keyof Store)[]): ((store: Store) => Store) => {
  const measured = (name: keyof Store) => {
    return (store: Store, ...asked: unknown[]) => {
      const beganMs = performance.now()
      return reporting(
        () => (store as Record<keyof Store, Ask>)[name](...asked),
        (outcome) => {
          metrics.count('dialogs_statements_total', name, outcome)
          metrics.observe('dialogs_statement_duration_seconds', (performance.now() - beganMs) / 1000, name)
        },
      )
    }
  }
  return bound(Object.fromEntries(names.map((name) => [name, measured(name)])) as Statements<Store>)
}
