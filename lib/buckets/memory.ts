/** What an instance caches about owners' timelines, bounded by LRU: plans for writers, guesses for readers. A miss costs a read. */
import { LRUCache } from 'lru-cache'
import type { MessageId, OwnerId } from '../model/ids.ts'
import type { Marks, Side } from '../store/store.ts'
import type { Bucket } from '../timeline/bucket.ts'
import type { IndexRow } from '../timeline/timeline.ts'

/**
 * The newest time bucket by an index read, and the wall clock before that read, which limits the plan's use (rule 2).
 * `newest` is the number of lane 0; it `isVisible` once its row has visible_from, or this instance wrote the row. An
 * inbox's plan has its `head`, newest first, and is usable once any of it is visible; a dialog's has its `marks`, if any.
 */
export type Plan = {
  newest: Bucket
  isVisible: boolean
  readAtMs: number
  head?: IndexRow[]
  marks?: Record<Side, Marks> | undefined
}

type Cache<Value extends object> = LRUCache<string, Value>
export type BucketMemory = {
  plans: Cache<Plan>
  /** Time buckets that index reads have found: where a page may begin, read beside the index, never instead of it. */
  seen: Cache<Bucket[]>
  /** By dialog and side, the greatest id under which this instance has listed it, completely. */
  listings: Cache<{ [side in Side]?: MessageId }>
  /** Work in flight that others may join. */
  inFlight: Map<string, Flight>
}

const OWNERS = 10_000

export const emptyBucketMemory = (owners = OWNERS): BucketMemory => ({
  plans: new LRUCache({ max: owners }),
  seen: new LRUCache({ max: owners }),
  listings: new LRUCache({ max: owners }),
  inFlight: new Map(),
})

export const keyOf = (owner: OwnerId): string => owner.toString('latin1')

/** Work in flight, and how the last caller to join would do it, whose request has the most time left. */
type Flight = { done: Promise<unknown>; retry: () => Promise<unknown> }

/**
 * Joins work in flight under this name. That may fail because its first caller runs out of time, so it is retried, once
 * for all that had joined, with the deadline of the last of them. A second failure is final for all: otherwise each would
 * retry in turn with what time it has left, and callers that arrive meanwhile would never get theirs.
 */
export const singleFlight = <T>(memory: BucketMemory, name: string, work: () => Promise<T>): Promise<T> => {
  const flight = memory.inFlight.get(name)
  if (!flight) return begin(memory, name, work)
  flight.retry = work
  const next = () => memory.inFlight.get(name)?.done ?? begin(memory, name, flight.retry)
  return flight.done.catch(next) as Promise<T>
}

const begin = <T>(memory: BucketMemory, name: string, work: () => Promise<T>): Promise<T> => {
  const done = work().finally(() => memory.inFlight.delete(name))
  memory.inFlight.set(name, { done, retry: work })
  return done
}

const SEEN_MAX = 64

export const remember = ({ seen }: BucketMemory, owner: OwnerId, found: Bucket[]): void => {
  if (found.length === 0) return
  const all = new Set([...found, ...(seen.get(keyOf(owner)) ?? [])])
  seen.set(keyOf(owner), [...all].sort((a, b) => b - a).slice(0, SEEN_MAX))
}
