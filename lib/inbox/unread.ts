/** How many messages of the other side a person has not read: counted when asked for, so that no number can drift. */
import type { Context } from '../context.ts'
import { readIds } from '../dialog/read.ts'
import type { DialogId, MessageId, UserId } from '../model/ids.ts'
import type { Message } from '../model/message.ts'
import type { Unread } from '../model/operations.ts'

/** Nobody reads a greater number, and it bounds what counting costs. */
const UNREAD_MAX = 100

type Reading = { dialog: DialogId; reader: UserId; last: Message; readUpTo: MessageId | undefined }

/**
 * Counts from `last`, the newest message, down to the reader's mark or own newest message: whoever answers has read what
 * came before. A message that is stamped before either but acknowledged after it counts as read.
 * @throws Fault `database_unavailable`
 */
export const countUnread = async (
  { dialog, reader, last, readUpTo = NOTHING_READ }: Reading,
  ctx: Context,
): Promise<Unread> => {
  const isRead = ({ id, from }: Pick<Message, 'id' | 'from'>) => id <= readUpTo || from === reader
  if (isRead(last)) return { unread: 0, moreUnread: false }
  // With `last`, one more than the limit, to know whether there are more.
  const { rows } = await readIds({ dialog, cursor: last.id }, UNREAD_MAX, ctx)
  const firstRead = rows.findIndex(isRead)
  const unread = 1 + (firstRead < 0 ? rows.length : firstRead)
  return { unread: Math.min(unread, UNREAD_MAX), moreUnread: unread > UNREAD_MAX }
}

/** Before every id. */
const NOTHING_READ = '' as MessageId
