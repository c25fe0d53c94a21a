/** Reading: a page of a dialog, newest first, and the cursors of the pages on both sides of it. */
import { cautiousTime } from '../buckets/clock.ts'
import type { Context } from '../context.ts'
import {
  AFTER_ALL_MESSAGES,
  type DialogId,
  dialogIdOf,
  idAfter,
  lowestIdAt,
  type MessageId,
} from '../model/ids.ts'
import type { Message } from '../model/message.ts'
import type { HistoryPage, ListMessages, Newer } from '../model/operations.ts'
import { readIds, readMessages } from './read.ts'

/** @throws Fault `database_unavailable` */
export const listMessages = async (command: ListMessages, ctx: Context): Promise<HistoryPage> => {
  const settled = earlier(
    lowestIdAt(Math.max(0, (await cautiousTime(ctx)) - SETTLED_AFTER_MS)),
    command.settled,
  )
  const dialog = dialogIdOf(command.caller, command.other)
  return { ...(await pageOf({ ...command, dialog, settled }, ctx)), limit: command.limit }
}

/** Ids older than this are settled, all acknowledged: a reply takes at most 5 s, clocks differ by less than 1 s. */
const SETTLED_AFTER_MS = 10_000
const earlier = (one: MessageId, other = one) => (one < other ? one : other)

type Asked = ListMessages & { dialog: DialogId; settled: MessageId }
type Page = Omit<HistoryPage, 'limit'>

const pageOf = (asked: Asked, ctx: Context): Promise<Page> => {
  if (asked.after !== undefined) return pageUpwards(asked, asked.after, ctx)
  if (asked.around !== undefined) return pageAround(asked, asked.around, ctx)
  return pageDownwards(asked, ctx)
}

const pageDownwards = async (
  { dialog, before, offset, limit, settled }: Asked,
  ctx: Context,
): Promise<Page> => {
  const cursor = before ?? (await skip(dialog, offset, ctx))
  if (cursor === undefined) return { messages: [], newer: newerThan(BEFORE_ALL_MESSAGES, false, settled) }
  // One more than the page holds, to know whether there is a next page.
  const reading = { dialog, cursor, isUpwards: false }
  const { rows, lanes } = await readMessages(reading, limit + 1, ctx)
  note(lanes, ctx)
  const messages = rows.slice(0, limit)
  const reachesNewest = cursor === AFTER_ALL_MESSAGES
  const newest = messages[0]?.id ?? (reachesNewest ? settled : BEFORE_ALL_MESSAGES)
  return {
    messages,
    newer: newerThan(newest, reachesNewest, settled),
    ...(rows.length > limit && olderThan(messages)),
  }
}

/** The cursor of a page that skips `offset` of the newest messages; undefined if there are not that many. */
const skip = async (dialog: DialogId, offset: number, ctx: Context): Promise<MessageId | undefined> => {
  if (offset === 0) return AFTER_ALL_MESSAGES
  const { rows } = await readIds({ dialog, cursor: AFTER_ALL_MESSAGES }, offset, ctx)
  return rows[offset - 1]?.id
}

/** Older messages are not looked for: `older` is present unless the page is empty. */
const pageUpwards = async (
  { dialog, limit, settled }: Asked,
  after: MessageId,
  ctx: Context,
): Promise<Page> => {
  const reading = { dialog, cursor: after, isUpwards: true }
  const { rows, isAll, lanes } = await readMessages(reading, limit + 1, ctx)
  note(lanes, ctx)
  const messages = rows.slice(0, limit).reverse()
  return { messages, newer: newerThan(messages[0]?.id ?? after, isAll, settled), ...olderThan(messages) }
}

/**
 * Half of the page is newer, the rest is `around` itself and older messages, which also get the places that newer ones
 * leave empty. Each side is a page beyond a cursor, and every id is on one side only: whatever arrives between the two
 * reads, nothing is skipped or doubled where they meet.
 */
const pageAround = async (
  { dialog, limit, settled }: Asked,
  around: MessageId,
  ctx: Context,
): Promise<Page> => {
  const half = Math.floor(limit / 2)
  const [above, below] = await Promise.all([
    readMessages({ dialog, cursor: around, isUpwards: true }, half + 1, ctx),
    readMessages({ dialog, cursor: idAfter(around), isUpwards: false }, limit + 1, ctx),
  ])
  note(above.lanes + below.lanes, ctx)
  const newer = above.rows.slice(0, half).reverse()
  const older = below.rows.slice(0, limit - newer.length)
  const messages = [...newer, ...older]
  return {
    messages,
    newer: newerThan(messages[0]?.id ?? around, above.isAll, settled),
    ...(below.rows.length > older.length && olderThan(messages)),
  }
}

const note = (lanes: number, ctx: Context) => {
  ctx.note({ lanes })
  ctx.metrics.observe('dialogs_page_partitions', lanes)
}

const BEFORE_ALL_MESSAGES = lowestIdAt(0)

const olderThan = (messages: Message[]): { older?: MessageId } => {
  const oldest = messages.at(-1)?.id
  return oldest ? { older: oldest } : {}
}

/**
 * A message may be acknowledged, and become visible, some seconds after others with later ids. A page that reaches the
 * newest links back to the settled cursor; one that does not hands that cursor on to the pages up to the newest.
 */
const newerThan = (newest: MessageId, reachesNewest: boolean, settled: MessageId): Newer => {
  if (reachesNewest) return { after: earlier(newest, settled) }
  return { after: newest, ...(newest > settled && { settled }) }
}
