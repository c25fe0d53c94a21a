/** The checker: every dialog as it was read back, beside everything that was sent to it. */
import { type MessageId, parseMessageId, stampOf } from '../../lib/model/ids.ts'
import type { Message } from '../../lib/model/message.ts'
import { issuesOfOrder } from './order.ts'
import {
  acknowledgementOf,
  dialogOf,
  type Issue,
  messageIn,
  type Sent,
  type Shown,
  type Try,
} from './sent.ts'

const DIRECTIONS = ['downwards', 'upwards'] as const
export type Direction = (typeof DIRECTIONS)[number]
export type Listing = { dialog: string; direction: Direction; messages: Shown[] }

/** @throws Error when nothing can be said: texts are not unique, or a dialog was not read back in both directions */
export const issuesOf = (sent: Sent[], listings: Listing[]): Issue[] => {
  if (new Set(sent.map(({ text }) => text)).size < sent.length) throw new Error('two messages have one text')
  return [...Map.groupBy(sent, dialogOf)].flatMap(([dialog, own]) => {
    const known = own.map((one) => ({ ...one, told: toldOf(one) }))
    return [
      ...own.flatMap(issuesOfReplies),
      ...DIRECTIONS.flatMap((direction) =>
        issuesOfListing(direction, messagesOf(listings, dialog, direction), known).map(
          ({ kind, id, text }): Issue => ({
            kind,
            what: `${text} (${id})`,
            where: `${dialog}, ${direction}`,
          }),
        ),
      ),
      ...issuesOfOrder(own),
    ]
  })
}

const messagesOf = (listings: Listing[], dialog: string, direction: Direction): Shown[] => {
  const found = listings.find((one) => one.dialog === dialog && one.direction === direction)
  if (!found) throw new Error(`${dialog} was not read back ${direction}`)
  return found.messages
}

const toldOf = (sent: Sent): Shown | undefined => {
  const acknowledgement = acknowledgementOf(sent)
  return acknowledgement && messageIn(acknowledgement)
}

type Listed = Message & { sent_at?: string }
/** A message that was sent, with a text that no other has; `told`: as it was acknowledged, if it was. */
type Known = Pick<Message, 'from' | 'to' | 'text'> & { told: Listed | undefined }
type ListedIssue = { kind: Issue['kind']; id: MessageId; text: string }

/** @param known all that was sent to this dialog; what nobody acknowledged may or may not be there */
export const issuesOfListing = (direction: Direction, messages: Listed[], known: Known[]): ListedIssue[] => {
  const told = new Map(known.flatMap((one) => one.told ?? []).map((message) => [message.id, message]))
  const byText = new Map(known.map((one) => [one.text, one]))
  const listed = new Set(messages.map(({ id }) => id))
  const as =
    (kind: Issue['kind']) =>
    ({ id, text }: Listed): ListedIssue => ({ kind, id, text })
  const kindOf = (message: Listed): Issue['kind'] | undefined => {
    const one = byText.get(message.text)
    if (!one) return told.has(message.id) ? 'changed' : 'invented'
    const { from, to, told: expected = { ...message, from, to } } = one
    // When the id that was told is listed too, this message is the second of the two.
    if (expected.id !== message.id) return listed.has(expected.id) ? 'doubled' : 'invented'
    return isSame(message, expected) ? undefined : 'changed'
  }
  return [
    ...[...told.values()].filter(({ id }) => !listed.has(id)).map(as('lost')),
    ...repeated(messages).map(as('doubled')),
    ...misplaced(messages, direction).map(as('out of order')),
    ...messages.flatMap((message) => {
      const kind = kindOf(message)
      return kind ? [as(kind)(message)] : []
    }),
  ]
}

/** By id, or by text, of which each was sent once. */
const repeated = (messages: Listed[]): Listed[] => {
  const ids = new Map<MessageId, number>(messages.map(({ id }, index) => [id, index]))
  const texts = new Map(messages.map(({ text }, index) => [text, index]))
  return messages.filter(({ id, text }, index) => ids.get(id) !== index || texts.get(text) !== index)
}

const misplaced = (messages: Listed[], direction: Direction): Listed[] =>
  messages.filter(({ id }, index) => {
    const before = messages[index - 1]?.id
    if (before === undefined || before === id) return false
    return direction === 'upwards' ? id < before : id > before
  })

const FIELDS = ['id', 'from', 'to', 'text', 'sent_at'] as const

const isSame = (one: Listed, other: Listed) => FIELDS.every((field) => one[field] === other[field])

/** All replies to one message must be one reply, and tell what was sent. */
const issuesOfReplies = (sent: Sent): Issue[] => {
  const acknowledged = sent.tries.filter(({ status }) => status === 200)
  const ids = new Set(acknowledged.map((reply) => messageIn(reply)?.id))
  const bodies = new Set(acknowledged.map(({ body }) => body))
  const issues: Issue[] = []
  const add = (kind: Issue['kind'], where: string) => issues.push({ kind, what: sent.text, where })
  if (ids.size > 1) add('doubled', `${ids.size} ids for one key: ${[...ids].join(', ')}`)
  else if (bodies.size > 1) add('changed', `one id in ${bodies.size} different replies`)
  if (!acknowledged.every((reply) => tells(reply, sent))) add('changed', 'a reply tells another message')
  return issues
}

const tells = (reply: Try, { from, to, text }: Sent): boolean => {
  const told = messageIn(reply)
  if (told?.from !== from || told.to !== to || told.text !== text) return false
  const { id } = told
  return typeof id === 'string' && parseMessageId(id) === id && told.sent_at === timeIn(id)
}

const timeIn = (id: MessageId) => new Date(stampOf(id)).toISOString()
