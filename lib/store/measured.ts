/** The port with every statement counted and timed, whatever it runs on. */
import { Fault } from '../errors.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { bound, type Statements } from './bound.ts'
import type { Store } from './store.ts'

type Ask = (...asked: unknown[]) => Promise<unknown>

/** @param names of all statements */
export const measuredBy = (metrics: Metrics, names: readonly (keyof Store)[]): ((store: Store) => Store) => {
  const measured = (name: keyof Store) => {
    const end = (beganMs: number, outcome: 'done' | 'not_written' | 'in_doubt') => {
      metrics.count('dialogs_statements_total', name, outcome)
      metrics.observe('dialogs_statement_duration_seconds', (performance.now() - beganMs) / 1000, name)
    }
    return async (store: Store, ...asked: unknown[]) => {
      const beganMs = performance.now()
      try {
        const result = await (store as Record<keyof Store, Ask>)[name](...asked)
        end(beganMs, 'done')
        return result
      } catch (error) {
        end(beganMs, error instanceof Fault && error.kind === 'write_in_doubt' ? 'in_doubt' : 'not_written')
        throw error
      }
    }
  }
  return bound(Object.fromEntries(names.map((name) => [name, measured(name)])) as Statements<Store>)
}
