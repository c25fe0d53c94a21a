/** An instance of the service on the in-memory port, whose time and randomness are set by the test. */
import { emptyBucketMemory } from '../../lib/buckets/memory.ts'
import { type Facts, startCall } from '../../lib/call.ts'
import type { Context } from '../../lib/context.ts'
import { openLog } from '../../lib/log.ts'
import { NO_METRICS } from '../../lib/metrics/metrics.ts'
import { dialogIdOf, type MessageId, messageIdAt, type UserId } from '../../lib/model/ids.ts'
import type { Store } from '../../lib/store/store.ts'
import { type Bucket, bucketOf } from '../../lib/timeline/bucket.ts'
import { DEFAULT_RULES } from '../../lib/timeline/rules.ts'
import { emptyMemory, memoryStore } from './memory-store.ts'

export const ALICE = 'alice' as UserId
export const BOB = 'bob' as UserId
export const DIALOG = dialogIdOf(ALICE, BOB)
export const OTHER_DIALOG = dialogIdOf(ALICE, 'carol' as UserId)
/** The initial time of the clocks of instance and database, in unix seconds. */
export const BEGIN = 1_800_000_000

/** An id with this stamp: ids of one millisecond differ, and are ordered, by their `salt`. */
export const idAt = (unixMs: number, salt = 0): MessageId => {
  const random = Buffer.alloc(10)
  random.writeUInt32BE(salt, 6)
  return messageIdAt(unixMs, random)
}

export const an_instance = () => {
  const hand = { now: BEGIN * 1000, random: new Uint8Array(10) }
  const memory = { ...emptyMemory(() => hand.now), cutAt: (rows: number) => rows }
  const lines: Record<string, unknown>[] = []
  const facts: Facts = {}
  const ctx: Context = {
    store: memoryStore(memory, startCall(1_000)),
    clock: {},
    now: () => hand.now,
    random: () => hand.random,
    log: openLog({ write: (line) => void lines.push(JSON.parse(line)) }),
    metrics: NO_METRICS,
    rules: DEFAULT_RULES,
    memory: emptyBucketMemory(),
    note: (more) => void Object.assign(facts, more),
  }
  /** The writes of another instance are not recorded as statements of this one. */
  const elsewhere = memoryStore({ ...memory, statements: [] }, startCall(1_000))
  return {
    ctx,
    hand,
    memory,
    lines,
    facts,
    times: (statement: keyof Store) => memory.statements.filter((other) => other === statement).length,
    /** Since the last call. */
    statements: () => memory.statements.splice(0),
    /** Of all dialogs. */
    index: () =>
      memory.tables.rows('buckets').map(({ bucket, visible_from }) => ({
        bucket,
        ...(visible_from !== null && { visibleFromMs: visible_from }),
      })),
    /** Another instance opens a time bucket, with `visibleFromMs` if it is visible to all. */
    opened: async (openedAtSeconds: number, { lanes = 1, visibleFromMs }: Opened = {}): Promise<Bucket> => {
      const bucket = bucketOf({ openedAtSeconds, lanes })
      if (visibleFromMs === undefined) await elsewhere.insertBucket(DIALOG, bucket)
      else await elsewhere.setVisibleFrom(DIALOG, bucket, visibleFromMs)
      return bucket
    },
    /** Another instance stores messages in a partition. */
    stored: async (bucket: Bucket, ...ids: MessageId[]): Promise<void> => {
      for (const id of ids)
        await elsewhere.insertMessage(DIALOG, bucket, { id, from: ALICE, to: BOB, text: id })
    },
  }
}

type Opened = { lanes?: number; visibleFromMs?: number }
export type OneInstance = ReturnType<typeof an_instance>
