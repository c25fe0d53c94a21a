/** What is wrong with a dialog as it was read back in one direction, beside what was sent to it. */
import type { MessageId } from '../../lib/model/ids.ts'
import type { Flaw } from './flaw.ts'
import { acknowledgementOf, messageIn, type Sent, type Shown } from './sent.ts'

export const DIRECTIONS = ['downwards', 'upwards'] as const
export type Listing = { dialog: string; direction: (typeof DIRECTIONS)[number]; messages: Shown[] }

/** @param sent all that was sent to this dialog; what nobody acknowledged may be there or not */
export const flawsOfListing = ({ dialog, direction, messages }: Listing, sent: Sent[]): Flaw[] => {
  const told = new Map(sent.flatMap((one) => toldOf(one) ?? []).map((message) => [message.id, message]))
  const byText = new Map(sent.map((one) => [one.text, { ...one, told: toldOf(one) }]))
  const listed = new Set(messages.map(({ id }) => id))
  const flaw = (kind: Flaw['kind'], { id, text }: Shown): Flaw => ({
    kind,
    what: `${text} (${id})`,
    where: `${dialog}, ${direction}`,
  })
  const flawsOfOne = (shown: Shown): Flaw[] => {
    const one = byText.get(shown.text)
    if (!one) return [flaw(told.has(shown.id) ? 'changed' : 'invented', shown)]
    const { from, to, told: expected = { ...shown, from, to } } = one
    // Shown elsewhere too, under the id that was told: then this one is the second of the two.
    if (expected.id !== shown.id) return [flaw(listed.has(expected.id) ? 'doubled' : 'invented', shown)]
    return isSame(shown, expected) ? [] : [flaw('changed', shown)]
  }
  return [
    ...[...told.values()].filter(({ id }) => !listed.has(id)).map((message) => flaw('lost', message)),
    ...repeated(messages).map((message) => flaw('doubled', message)),
    ...misplaced(messages, direction).map((message) => flaw('out of order', message)),
    ...messages.flatMap(flawsOfOne),
  ]
}

const toldOf = (sent: Sent): Shown | undefined => {
  const acknowledgement = acknowledgementOf(sent)
  return acknowledgement && messageIn(acknowledgement)
}

/** By their ids, or by their texts, of which each was sent once. */
const repeated = (messages: Shown[]): Shown[] => {
  const ids = new Map<MessageId, number>(messages.map(({ id }, index) => [id, index]))
  const texts = new Map(messages.map(({ text }, index) => [text, index]))
  return messages.filter(({ id, text }, index) => ids.get(id) !== index || texts.get(text) !== index)
}

const misplaced = (messages: Shown[], direction: Listing['direction']): Shown[] =>
  messages.filter(({ id }, index) => {
    const before = messages[index - 1]?.id
    if (before === undefined || before === id) return false
    return direction === 'upwards' ? id < before : id > before
  })

const FIELDS = ['id', 'from', 'to', 'text', 'sent_at'] as const

const isSame = (one: Shown, other: Shown) => FIELDS.every((field) => one[field] === other[field])
