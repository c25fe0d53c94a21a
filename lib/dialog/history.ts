/** Reading: a page of a dialog, newest first, and the cursors of the pages on both sides of it. */
import type { Context } from '../context.ts'
import { cautiousTime } from './clock.ts'
import {
  AFTER_ALL_MESSAGES,
  type DialogId,
  dialogIdOf,
  type MessageId,
  messageIdAt,
  type UserId,
} from './ids.ts'
import type { Message } from './message.ts'
import { read } from './read.ts'

/** At most one of `before`, `after` and `offset`, which counts messages from the newest; `settled` as a link said. */
export type ListMessages = {
  caller: UserId
  other: UserId
  limit: number
  before?: MessageId
  after?: MessageId
  settled?: MessageId
  offset: number
}

/** Where a client goes on to what is newer, and which ids it must expect to be acknowledged late. */
type Newer = { after: MessageId; settled?: MessageId }
/** `older` is the cursor of the next page, absent when this one reaches the oldest message; `limit` as asked for. */
export type HistoryPage = { messages: Message[]; older?: MessageId; newer: Newer; limit: number }

/** @throws Fault `database_unavailable` */
export const listMessages = async (command: ListMessages, ctx: Context): Promise<HistoryPage> => {
  const dialog = dialogIdOf(command.caller, command.other)
  const settled = earlier(lowestIdAt(Math.max(0, (await cautiousTime(ctx)) - SETTLES_MS)), command.settled)
  return command.after === undefined
    ? pageDownwards(dialog, command, settled, ctx)
    : pageUpwards(dialog, command.after, command.limit, settled, ctx)
}

/** Ids older than this are all acknowledged: a reply takes 5 s at most, clocks differ by less than one. */
const SETTLES_MS = 10_000
const lowestIdAt = (unixMs: number) => messageIdAt(unixMs, new Uint8Array(10))
const earlier = (one: MessageId, other = one) => (one < other ? one : other)

const pageDownwards = async (
  dialog: DialogId,
  { before, offset, limit }: ListMessages,
  settled: MessageId,
  ctx: Context,
): Promise<HistoryPage> => {
  const reading = { dialog, cursor: before ?? AFTER_ALL_MESSAGES, isUpwards: false }
  // One more than the page holds, to know whether there is a next page.
  const { messages: found } = await read(reading, offset + limit + 1, ctx)
  const messages = found.slice(offset, offset + limit)
  const [newest, oldest] = [messages[0]?.id, messages.at(-1)?.id]
  const reachesNewest = before === undefined && offset === 0
  return {
    messages,
    limit,
    newer: newerThan(newest ?? (reachesNewest ? settled : BEFORE_ALL_MESSAGES), reachesNewest, settled),
    ...(oldest && found.length > offset + limit && { older: oldest }),
  }
}

/** Nobody has looked for what is older than the page: `older` is there unless the page is empty. */
const pageUpwards = async (
  dialog: DialogId,
  after: MessageId,
  limit: number,
  settled: MessageId,
  ctx: Context,
): Promise<HistoryPage> => {
  const { messages: found, isAll } = await read({ dialog, cursor: after, isUpwards: true }, limit + 1, ctx)
  const messages = found.slice(0, limit).reverse()
  const oldest = messages.at(-1)?.id
  return {
    messages,
    limit,
    newer: newerThan(messages[0]?.id ?? earlier(after, settled), isAll, settled),
    ...(oldest && { older: oldest }),
  }
}

const BEFORE_ALL_MESSAGES = lowestIdAt(0)

/**
 * A message may be acknowledged, and seen, some seconds after others with later ids. A page that reaches the newest
 * leads back to what was settled before it; one that does not hands that on to the pages up to the newest.
 */
const newerThan = (newest: MessageId, reachesNewest: boolean, settled: MessageId): Newer => {
  if (reachesNewest) return { after: earlier(newest, settled) }
  return { after: newest, ...(newest > settled && { settled }) }
}
