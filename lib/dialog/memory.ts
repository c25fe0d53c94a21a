/** What an instance remembers of dialogs, bounded: plans for writers, guesses for readers. Losing any costs a read. */
import { LRUCache } from 'lru-cache'
import type { DialogId } from '../model/ids.ts'
import type { Bucket } from '../timeline/bucket.ts'

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
  underWay: Map<string, Joint>
}

const DIALOGS = 10_000

export const emptyDialogMemory = (dialogs = DIALOGS): DialogMemory => ({
  plans: new LRUCache({ max: dialogs }),
  seen: new LRUCache({ max: dialogs }),
  underWay: new Map(),
})

export const keyOf = (dialog: DialogId): string => dialog.toString('latin1')

/** Work under way, and how the last who joined it would do it, whose request has the most time left. */
type Joint = { done: Promise<unknown>; again: () => Promise<unknown> }

/**
 * Joins work of that name. It may have failed for want of its first caller's time, so it is done again, once for all
 * who had joined, with the time of the last of them. What fails then has failed for all: one after the other, each
 * would try with what time it has left, and those who come in a moment would never get their turn.
 */
export const singleFlight = <T>(memory: DialogMemory, name: string, work: () => Promise<T>): Promise<T> => {
  const joint = memory.underWay.get(name)
  if (!joint) return begin(memory, name, work)
  joint.again = work
  const next = () => memory.underWay.get(name)?.done ?? begin(memory, name, joint.again)
  return joint.done.catch(next) as Promise<T>
}

const begin = <T>(memory: DialogMemory, name: string, work: () => Promise<T>): Promise<T> => {
  const done = work().finally(() => memory.underWay.delete(name))
  memory.underWay.set(name, { done, again: work })
  return done
}

const SEEN_MAX = 64

export const remember = ({ seen }: DialogMemory, dialog: DialogId, found: Bucket[]): void => {
  if (found.length === 0) return
  const all = new Set([...found, ...(seen.get(keyOf(dialog)) ?? [])])
  seen.set(keyOf(dialog), [...all].sort((a, b) => b - a).slice(0, SEEN_MAX))
}
