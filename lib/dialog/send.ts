/** Sending: one person writes to another. */
import type { Context } from '../context.ts'
import { dialogIdOf, type IdempotencyKey, type UserId } from '../model/ids.ts'
import type { Message } from '../model/message.ts'
import { openingOf } from '../timeline/bucket.ts'
import { opensNext } from '../timeline/opening.ts'
import { claim } from './claim.ts'
import { openNext } from './open.ts'
import { place } from './place.ts'

/** With a `key`, every send of the same is one message. */
export type SendMessage = { from: UserId; to: UserId; text: string; key?: IdempotencyKey }

/**
 * The message once a quorum of replicas has it: from here on it is never lost.
 * @throws Fault `database_unavailable` (nothing stored by this request), `write_in_doubt`, `clock_out_of_bounds`,
 * `key_reused`
 */
export const sendMessage = async ({ key, ...content }: SendMessage, ctx: Context): Promise<Message> => {
  const dialog = dialogIdOf(content.from, content.to)
  const placed = await place(dialog, ctx)
  const { id, bucket } = key === undefined ? placed : await claim(content, key, placed, ctx)
  ctx.note({ lanes: openingOf(bucket).lanes })
  const message = { id, ...content }
  await ctx.store.insertMessage(dialog, bucket, message)
  ctx.decide(message)
  const size = { id, bytes: Buffer.byteLength(content.text) }
  // A repeat flips no coin: whoever was first has, or will be followed by others.
  const isFirst = id === placed.id
  if (isFirst && opensNext(size, placed.newest, ctx.now(), ctx.rules))
    await openNext(dialog, placed.newest, ctx)
  return message
}
