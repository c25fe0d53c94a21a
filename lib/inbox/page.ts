/** GET /dialogs: a page of a person's inbox, from a cursor that anybody may have written. */
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import type { DialogsPage, InboxCursor, ListDialogs } from '../model/operations.ts'
import { parseBucket } from '../timeline/bucket.ts'
import { listDialogs } from './list.ts'

/** @throws Fault `bad_cursor`, `database_unavailable`, also when an interrupted move cannot be completed */
export const showPage = async (
  command: ListDialogs,
  ctx: Context,
): Promise<DialogsPage & { limit: number }> => {
  refuseForged(command.cursor)
  return { ...(await listDialogs(command, ctx)), limit: command.limit }
}

/** Only the caller's own inbox is read, whatever the cursor says; but its number must be that of a bucket. */
const refuseForged = ({ lanes }: InboxCursor = {}) => {
  if (!lanes || parseBucket(lanes.bucket) !== undefined) return
  const fields = [{ path: 'query.cursor', message: 'must be taken from a link of this operation' }]
  throw new Fault('bad_cursor', 'the number in the cursor is no bucket', { fields })
}
