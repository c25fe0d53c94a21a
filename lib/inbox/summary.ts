/** What a person sees of one dialog: its newest message, what is unread, and how far each side has read. */
import type { Context } from '../context.ts'
import { newestMessage } from '../dialog/newest.ts'
import type { UserId } from '../model/ids.ts'
import type { Message } from '../model/message.ts'
import type { DialogSummary } from '../model/operations.ts'
import type { Marks, Side } from '../store/store.ts'
import type { Seat } from './side.ts'
import { countUnread } from './unread.ts'

/** What a dialog's own partitions say of it; `last` is undefined if it has no messages. */
type State = { marks: Record<Side, Marks>; last: Message | undefined }

/** @throws Fault `database_unavailable` */
export const readState = async ({ dialog }: Seat, ctx: Context): Promise<State> => {
  const [marks, last] = await Promise.all([ctx.store.readMarks(dialog), newestMessage(dialog, ctx)])
  return { marks, last }
}

/** @throws Fault `database_unavailable` */
export const summaryOf = async (
  reader: UserId,
  { dialog, side, peer }: Seat,
  marks: Record<Side, Marks>,
  last: Message,
  ctx: Context,
): Promise<DialogSummary> => {
  const { readUpTo } = marks[side]
  // Of a dialog with oneself, both sides are one.
  const theirs = marks[side === 'low' && peer !== reader ? 'high' : 'low'].readUpTo
  const unread = await countUnread({ dialog, reader, last, readUpTo }, ctx)
  return {
    with: peer,
    last,
    ...unread,
    ...(readUpTo && { readUpTo }),
    ...(theirs && { readByOtherUpTo: theirs }),
  }
}
