/** A whole dialog, page after page, as clients follow it: downwards, upwards, from the middle, or as it grows. */
import { lowestIdAt, type MessageId, type UserId } from '../../lib/model/ids.ts'
import type { Message } from '../../lib/model/message.ts'
import type { HistoryPage, ListMessages } from '../../lib/model/operations.ts'

type Listed = { id: MessageId }
type Page<Found extends Listed> = { messages: Found[]; older?: MessageId; limit: number }
/** Lists pages: of an instance in this process, or over HTTP. */
export type Reader<Found extends Listed> = { list: (command: ListMessages) => Promise<Page<Found>> }
/** Page sizes, instances and the two callers alternate. */
type Walk<Of> = { instances: Of[]; pair: { from: UserId; to: UserId }; limits: number[] }

/** From the newest message, or from a cursor, to the oldest. */
export const walkDown = async <Found extends Listed>(
  walk: Walk<Reader<Found>>,
  from?: MessageId,
): Promise<Found[]> => {
  const found: Found[] = []
  let before = from
  for (let page = 0; page === 0 || before; page += 1) {
    const { messages, older } = await ask(walk, page, before && { before })
    found.push(...messages)
    before = older
  }
  return found
}

/** From the oldest message, or from a cursor, to the newest. */
export const walkUp = async <Found extends Listed>(
  walk: Walk<Reader<Found>>,
  from: MessageId = BEFORE_ALL_MESSAGES,
): Promise<Found[]> => {
  const found: Found[] = []
  let after = from
  for (let page = 0; ; page += 1) {
    const { messages, limit } = await ask(walk, page, { after })
    found.push(...messages.toReversed())
    after = messages[0]?.id ?? after
    if (messages.length < limit) return found
  }
}

/** From the page around a cursor to the oldest message, then to the newest; returned newest first. */
export const walkOutwards = async <Found extends Listed>(
  walk: Walk<Reader<Found>>,
  around: MessageId,
): Promise<Found[]> => {
  const { messages, older } = await ask(walk, 0, { around })
  const below = older ? await walkDown(walk, older) : []
  const above = await walkUp(walk, messages[0]?.id ?? around)
  return [...above.toReversed(), ...messages, ...below]
}

/** Pages that also say where a poller goes on. */
type Polled = { list: (command: ListMessages) => Promise<HistoryPage> }

/**
 * Follows `rel="prev"` from the newest page, round after round up to the newest message, as pollers do; the last round
 * begins when `goesOn` has returned false. Returns the messages that it has seen, each once.
 */
export const poll = async (walk: Walk<Polled>, goesOn: () => boolean): Promise<Message[]> => {
  const known = new Map<MessageId, Message>()
  let cursor: Cursor = {}
  let isLast = false
  for (let page = 0; ; page += 1) {
    const { messages, newer, limit } = await ask(walk, page, cursor)
    for (const message of messages) known.set(message.id, message)
    cursor = newer
    if (messages.length === limit) continue
    if (isLast) return [...known.values()]
    isLast = !goesOn()
  }
}

const BEFORE_ALL_MESSAGES = lowestIdAt(0)

type Cursor = Pick<ListMessages, 'before' | 'after' | 'around' | 'settled'>

const turn = <Item>(items: Item[], page: number) => items[page % items.length] as Item

const ask = <Answer>(
  { instances, pair, limits }: Walk<{ list: (command: ListMessages) => Promise<Answer> }>,
  page: number,
  cursor: Cursor = {},
) => {
  const [caller, other] = page % 2 === 0 ? [pair.from, pair.to] : [pair.to, pair.from]
  return turn(instances, page).list({ caller, other, offset: 0, limit: turn(limits, page), ...cursor })
}
