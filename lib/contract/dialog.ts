/** What a reply shows of one dialog. */
import * as z from 'zod'
import type { DialogSummary } from '../model/operations.ts'
import { MESSAGE_BYTES, messageReply, showMessage } from './fields.ts'

export const dialogReply = z
  .object({
    with: z.string().meta({ description: 'The user id of the other side' }),
    last: messageReply,
    unread: z.int().min(0).max(100).meta({
      description:
        "How many messages of the other side are newer than `read_up_to` and than the caller's own newest message: whoever answers has read. Counted up to 100. A message that was sent before either, but was acknowledged later, counts as read",
    }),
    more_unread: z.boolean().meta({ description: 'There are more unread messages than `unread` says' }),
    read_up_to: z
      .uuid()
      .optional()
      .meta({ description: 'The newest message that the caller has marked as read; absent: none' }),
    read_by_other_up_to: z
      .uuid()
      .optional()
      .meta({ description: 'The newest message that the other side has marked as read; absent: none' }),
  })
  .meta({ id: 'Dialog' })

export const showDialog = ({
  with: other,
  last,
  unread,
  moreUnread,
  readUpTo,
  readByOtherUpTo,
}: DialogSummary): z.infer<typeof dialogReply> => ({
  with: other,
  last: showMessage(last),
  unread,
  more_unread: moreUnread,
  ...(readUpTo && { read_up_to: readUpTo }),
  ...(readByOtherUpTo && { read_by_other_up_to: readByOtherUpTo }),
})

/** The ids and senders that are counted for `unread`: 101, of which a sender has up to 128 characters of four bytes. */
const COUNTED_BYTES = 101 * 600
/** The most memory that showing one dialog can take. */
export const DIALOG_BYTES = MESSAGE_BYTES + COUNTED_BYTES
