/** The newest message of a dialog. */
import type { Context } from '../context.ts'
import { AFTER_ALL_MESSAGES, type DialogId } from '../model/ids.ts'
import type { Message } from '../model/message.ts'
import { readMessages } from './read.ts'

/** Undefined if there is none. @throws Fault `database_unavailable` */
export const newestMessage = async (dialog: DialogId, ctx: Context): Promise<Message | undefined> => {
  const reading = { dialog, cursor: AFTER_ALL_MESSAGES, isUpwards: false }
  return (await readMessages(reading, 1, ctx)).rows[0]
}
