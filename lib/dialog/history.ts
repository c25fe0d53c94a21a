/** Reading: a page of a dialog, newest first. */
import type { Context } from '../context.ts'
import type { PagingState } from '../store/store.ts'
import { GENESIS } from '../timeline/bucket.ts'
import { AFTER_ALL_MESSAGES, type DialogId, dialogIdOf, type MessageId, type UserId } from './ids.ts'
import type { Message } from './message.ts'
import { requireOnlyGenesis } from './only-genesis.ts'

/** `before` and `offset` exclude each other; `offset` counts messages from the newest. */
export type ListMessages = {
  caller: UserId
  other: UserId
  limit: number
  before?: MessageId
  offset: number
}

/** `older` is the cursor of the next page, absent when this one reaches the oldest message; `limit` as asked for. */
export type HistoryPage = { messages: Message[]; older?: MessageId; limit: number }

/** @throws Fault `database_unavailable` */
export const listMessages = async (command: ListMessages, ctx: Context): Promise<HistoryPage> => {
  const dialog = dialogIdOf(command.caller, command.other)
  const before = command.before ?? AFTER_ALL_MESSAGES
  const [found] = await Promise.all([
    readGenesis(dialog, before, command, ctx),
    requireOnlyGenesis(dialog, before, ctx),
  ])
  const messages = found.slice(0, command.limit)
  const oldest = messages.at(-1)
  return {
    messages,
    limit: command.limit,
    ...(oldest && found.length > command.limit && { older: oldest.id }),
  }
}

/** Up to one message more than the page holds, to know whether there is a next page. */
const readGenesis = async (
  dialog: DialogId,
  before: MessageId,
  { limit, offset }: ListMessages,
  ctx: Context,
) => {
  const wanted = offset + limit + 1
  const found: Message[] = []
  let skipped = 0
  let from: PagingState | undefined
  do {
    const page = await ctx.store.messagesBefore(dialog, GENESIS, before, wanted, from)
    const unwanted = Math.min(offset - skipped, page.rows.length)
    skipped += unwanted
    found.push(...page.rows.slice(unwanted))
    from = page.next
  } while (from)
  return found
}
