/** The past of a dialog: time buckets that were opened, and messages that were stored. */
import { randomBytes, randomUUID } from 'node:crypto'
import { type DialogId, dialogIdOf, messageIdAt, type UserId } from '../../lib/model/ids.ts'
import type { Message } from '../../lib/model/message.ts'
import type { Store } from '../../lib/store/store.ts'
import { type Bucket, bucketOf } from '../../lib/timeline/bucket.ts'
import { chooseLane } from '../../lib/timeline/opening.ts'

export type Pair = { from: UserId; to: UserId; dialog: DialogId }

export const two_strangers = (): Pair => {
  const from = `alice-${randomUUID()}` as UserId
  const to = `bob-${randomUUID()}` as UserId
  return { from, to, dialog: dialogIdOf(from, to) }
}

/** Stores messages one second apart, evenly over the lanes; returns them oldest first. */
export const stored_messages = async (
  store: Store,
  { from, to, dialog }: Pair,
  bucket: Bucket,
  count: number,
  fromMs: number,
): Promise<Message[]> => {
  const all = Array.from({ length: count }, (_, index) => {
    const random = randomBytes(10)
    random[1] = index
    return { id: messageIdAt(fromMs + index * 1000, random), from, to, text: `${index}` }
  })
  const left = all.values()
  const write = async () => {
    for (const message of left) await store.insertMessage(dialog, chooseLane(message.id, bucket), message)
  }
  await Promise.all(Array.from({ length: 100 }, write))
  return all
}

/** Opens a time bucket that becomes visible to all 40 ms later. */
export const an_opened_bucket = async (
  store: Store,
  { dialog }: Pair,
  openedAtSeconds: number,
  lanes: number,
) => {
  const bucket = bucketOf({ openedAtSeconds, lanes })
  await store.insertBucket(dialog, bucket)
  await store.setVisibleFrom(dialog, bucket, openedAtSeconds * 1000 + 40)
  return bucket
}
