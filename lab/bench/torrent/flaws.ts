/** What is wrong with a dialog as it was listed, beside what its senders were told. */
import type { MessageId } from '../../../lib/model/ids.ts'
import type { Message } from '../../../lib/model/message.ts'
import type { Poured } from './pour.ts'

/**
 * In words for a person; none when everything `expected` is there once, in the order of ids, with its own text, and
 * nothing but what was acknowledged or is in doubt.
 */
export const flawsOf = (
  listed: Message[],
  direction: 'downwards' | 'upwards',
  expected: Iterable<MessageId>,
  { acknowledged, inDoubt }: Poured,
): string[] => {
  const ids = listed.map(({ id }) => id)
  const places = new Map(ids.map((id, index) => [id, index]))
  const isInOrder = (id: MessageId, last: MessageId) => (direction === 'upwards' ? id >= last : id <= last)
  const flaws: Record<string, MessageId[]> = {
    lost: [...expected].filter((id) => !places.has(id)),
    doubled: ids.filter((id, index) => places.get(id) !== index),
    'out of order': ids.filter((id, index) => !isInOrder(id, ids[index - 1] ?? id)),
    unknown: listed
      .filter(({ id, text }) => !(acknowledged.has(id) ? acknowledged.get(id) === text : inDoubt.has(text)))
      .map(({ id }) => id),
  }
  return Object.entries(flaws)
    .filter(([, wrong]) => wrong.length > 0)
    .map(([name, wrong]) => `${direction}, ${wrong.length} ${name}, the first ${wrong[0]}`)
}
