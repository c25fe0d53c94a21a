/** A whole dialog, page after page, as a client follows it downwards or upwards. */
import { lowestIdAt, type MessageId } from '../../lib/dialog/ids.ts'
import type { Message } from '../../lib/dialog/message.ts'
import type { Instance } from './instance.ts'
import type { Pair } from './pour.ts'

/** Reads pages of these sizes in turn; who asks takes turns too, and the instance that is asked. */
export type Walk = { instances: Instance[]; pair: Pair; limits: number[] }

/** From the newest message to the oldest. */
export const walkDown = async (walk: Walk): Promise<Message[]> => {
  const found: Message[] = []
  let before: MessageId | undefined
  for (let page = 0; page === 0 || before; page += 1) {
    const { messages, older } = await ask(walk, page, before && { before })
    found.push(...messages)
    before = older
  }
  return found
}

/** From the oldest message to the newest. */
export const walkUp = async (walk: Walk): Promise<Message[]> => {
  const found: Message[] = []
  let after = BEFORE_ALL_MESSAGES
  for (let page = 0; ; page += 1) {
    const { messages, limit } = await ask(walk, page, { after })
    found.push(...messages.toReversed())
    after = messages[0]?.id ?? after
    if (messages.length < limit) return found
  }
}

const BEFORE_ALL_MESSAGES = lowestIdAt(0)

const turn = <Item>(items: Item[], page: number) => items[page % items.length] as Item

const ask = (
  { instances, pair, limits }: Walk,
  page: number,
  cursor: { before?: MessageId; after?: MessageId } = {},
) => {
  const [caller, other] = page % 2 === 0 ? [pair.from, pair.to] : [pair.to, pair.from]
  return turn(instances, page).list({ caller, other, offset: 0, limit: turn(limits, page), ...cursor })
}
