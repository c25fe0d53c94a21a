/** What a page reads: statements, partitions and rows, counted at the store, each of whose functions is one statement. */
import type { Store } from '../../../lib/store/store.ts'

/** `partitions` and `rows` are those of inboxes; `indexRows` those of the index. */
export type Reads = { statements: number; partitions: number; rows: number; indexRows: number }

export const noReads = (): Reads => ({ statements: 0, partitions: 0, rows: 0, indexRows: 0 })

type Function = (...args: unknown[]) => Promise<unknown>
type Rows = { rows: unknown[] }

/** The same store, whose reads are added to `reads`. */
export const counted = (store: Store, reads: Reads): Store =>
  new Proxy(store, {
    get: (target, name) => {
      const ask = Reflect.get(target, name) as Function
      return async (...args: unknown[]) => {
        reads.statements += 1
        const found = await ask.apply(target, args)
        if (name === 'listingsAfter') {
          reads.partitions += 1
          reads.rows += (found as Rows).rows.length
        }
        if (name === 'bucketsUpTo') reads.indexRows += (found as Rows).rows.length
        return found
      }
    },
  })
