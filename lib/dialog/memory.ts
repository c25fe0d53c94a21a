/** What an instance remembers of dialogs, bounded: plans for writers, guesses for readers. Losing any costs a read. */
import { LRUCache } from 'lru-cache'
import type { Bucket } from '../timeline/bucket.ts'
import type { DialogId } from './ids.ts'

/**
 * What an index read found, and the wall clock before it, which judges how long the plan may be used (rule 2).
 * `newest` is the number of lane 0; its row `isVisible` once it carries visible_from, or this instance wrote it.
 */
export type Plan = { newest: Bucket; isVisible: boolean; readAtMs: number }

type Cache<Value extends object> = LRUCache<string, Value>
export type DialogMemory = {
  plans: Cache<Plan>
  /** Time buckets that index reads have found: where a page may begin, to be read beside the index, never instead. */
  seen: Cache<Bucket[]>
  /** Work that others may join. */
  underWay: Map<string, Promise<unknown>>
}

const DIALOGS = 10_000

export const emptyDialogMemory = (dialogs = DIALOGS): DialogMemory => ({
  plans: new LRUCache({ max: dialogs }),
  seen: new LRUCache({ max: dialogs }),
  underWay: new Map(),
})

export const keyOf = (dialog: DialogId): string => dialog.toString('latin1')

/** Joins work of that name; work that failed for want of its first caller's time is done again. */
export const join = <T>(memory: DialogMemory, name: string, work: () => Promise<T>): Promise<T> => {
  const others = memory.underWay.get(name) as Promise<T> | undefined
  if (others) return others.catch(() => join(memory, name, work))
  const mine = work().finally(() => memory.underWay.delete(name))
  memory.underWay.set(name, mine)
  return mine
}

const SEEN_MAX = 64

export const remember = ({ seen }: DialogMemory, dialog: DialogId, found: Bucket[]): void => {
  if (found.length === 0) return
  const all = new Set([...found, ...(seen.get(keyOf(dialog)) ?? [])])
  seen.set(keyOf(dialog), [...all].sort((a, b) => b - a).slice(0, SEEN_MAX))
}
