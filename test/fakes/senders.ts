/** Contexts of several instances of the service on one database in memory, and one message with a key. */
import { randomBytes } from 'node:crypto'
import { emptyBucketMemory } from '../../lib/buckets/memory.ts'
import { startCall } from '../../lib/call.ts'
import type { Context } from '../../lib/context.ts'
import { listMessages } from '../../lib/dialog/history.ts'
import { sendMessage } from '../../lib/dialog/send.ts'
import { Fault, type FaultKind } from '../../lib/errors.ts'
import { openLog } from '../../lib/log.ts'
import { NO_METRICS } from '../../lib/metrics/metrics.ts'
import { dialogIdOf, type IdempotencyKey, type UserId } from '../../lib/model/ids.ts'
import type { SendMessage } from '../../lib/model/operations.ts'
import type { Store } from '../../lib/store/store.ts'
import { bucketOf } from '../../lib/timeline/bucket.ts'
import { DEFAULT_RULES } from '../../lib/timeline/rules.ts'
import { emptyMemory, memoryStore } from './memory-store.ts'

export const [alice, bob, carol] = ['alice', 'bob', 'carol'] as [UserId, UserId, UserId]
const dialog = dialogIdOf(alice, bob)
export const hello: SendMessage = { from: alice, to: bob, text: 'hello', key: 'k' as IdempotencyKey }

/** Random bits for an id with which the next time bucket is opened. */
export const heads: Context['random'] = () => Buffer.concat([randomBytes(6), Buffer.alloc(4)])
export const fails = (kind: FaultKind) => () => {
  throw new Fault(kind, 'as the test says')
}

export const senders = () => {
  const memory = emptyMemory()
  const time = { nowMs: 1_800_000_000_000 }
  /** With a memory of its own. */
  const an_instance = (random: Context['random'] = randomBytes): Context => ({
    store: { ...memoryStore(memory, startCall(60_000)), databaseTime: async () => time.nowMs },
    clock: {},
    now: () => time.nowMs,
    random,
    log: openLog({ write: () => undefined }),
    metrics: NO_METRICS,
    rules: DEFAULT_RULES,
    memory: emptyBucketMemory(),
    note: () => undefined,
  })
  return {
    memory,
    time,
    an_instance,
    send: async (command = hello, ctx = an_instance()) => {
      const { result, followUp } = await sendMessage(command, ctx)
      await followUp
      return result
    },
    stored: async () => {
      const page = { caller: alice, other: bob, limit: 50, offset: 0 }
      return (await listMessages(page, an_instance())).messages
    },
    /** Runs `what` at the next statement of this name, once. */
    once: (when: 'before' | 'after', statement: keyof Store, what: () => unknown) => {
      memory[when] = (one) => {
        if (one !== statement) return
        memory[when] = () => undefined
        return what() as undefined
      }
    },
    claims: () => memory.tables.rows('send_claims'),
    forget_claims: () => memory.tables.clear('send_claims'),
    /** The names of the statements that write. */
    writes: () => memory.statements.filter((one) => /claim|insert|setVisible/i.test(one)),
    /** Another instance opens a time bucket, visible from now. */
    opened: (lanes: number, isVisible = true) => {
      const bucket = bucketOf({ openedAtSeconds: Math.floor(time.nowMs / 1000), lanes })
      memory.tables.add('buckets', [
        { dialog_id: dialog, bucket, visible_from: isVisible ? time.nowMs : null },
      ])
    },
  }
}
