/** Sending: one person writes to another. */
import type { Context } from '../context.ts'
import { openingOf } from '../timeline/bucket.ts'
import { opensNext } from '../timeline/opening.ts'
import { dialogIdOf, type UserId } from './ids.ts'
import type { Message } from './message.ts'
import { openNext } from './open.ts'
import { place } from './place.ts'

export type SendMessage = { from: UserId; to: UserId; text: string }

/**
 * The message once a quorum of replicas has it: from here on it is never lost.
 * @throws Fault `database_unavailable` (nothing stored), `write_in_doubt`, `clock_out_of_bounds`
 */
export const sendMessage = async (command: SendMessage, ctx: Context): Promise<Message> => {
  const dialog = dialogIdOf(command.from, command.to)
  const { bucket, newest, id } = await place(dialog, ctx)
  ctx.note({ lanes: openingOf(newest).lanes })
  const message = { id, ...command }
  await ctx.store.insertMessage(dialog, bucket, message)
  ctx.decide(message)
  const size = { id, bytes: Buffer.byteLength(command.text) }
  if (opensNext(size, newest, ctx.now(), ctx.rules)) await openNext(dialog, newest, ctx)
  return message
}
