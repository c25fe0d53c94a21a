/** Sending: one person writes to another. */
import { openNext } from '../buckets/open.ts'
import { place } from '../buckets/place.ts'
import type { Context } from '../context.ts'
import { dialogIdOf } from '../model/ids.ts'
import type { Message } from '../model/message.ts'
import { Decided, type SendMessage } from '../model/operations.ts'
import { openingOf } from '../timeline/bucket.ts'
import { shouldOpenNext } from '../timeline/opening.ts'
import { claim } from './claim.ts'

/**
 * Resolves to the message once a quorum of replicas has it: from then on it is never lost. The follow-up may open the
 * next time bucket.
 * @throws Fault `database_unavailable` (nothing stored by this request), `write_in_doubt`, `clock_out_of_bounds`,
 * `key_reused`
 */
export const sendMessage = async (
  { key, from, to, text }: SendMessage,
  ctx: Context,
): Promise<Decided<Message>> => {
  const content = { from, to, text }
  const dialog = dialogIdOf(from, to)
  const placed = await place(dialog, ctx)
  const { id, bucket } = key === undefined ? placed : await claim(content, key, placed, ctx)
  ctx.note({ lanes: openingOf(bucket).lanes })
  const message = { id, from, to, text }
  await ctx.store.insertMessage(dialog, bucket, message)
  const size = { id, bytes: Buffer.byteLength(text) }
  // A repeat flips no coin: the first send did, and other messages will follow.
  const isFirst = id === placed.id
  const opens = isFirst && shouldOpenNext(size, placed.newest, ctx.now(), ctx.rules)
  return new Decided(message, opens ? openNext(dialog, placed.newest, ctx) : undefined)
}
