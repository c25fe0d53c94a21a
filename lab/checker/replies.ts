/** What is wrong with the replies to one message: all of them must be one reply, and tell what was sent. */
import { type MessageId, parseMessageId, stampOf } from '../../lib/model/ids.ts'
import type { Flaw } from './flaw.ts'
import { messageIn, type Sent, type Try } from './sent.ts'

export const flawsOfReplies = (sent: Sent): Flaw[] => {
  const acknowledged = sent.tries.filter(({ status }) => status === 200)
  const messages = acknowledged.map(messageIn)
  const ids = new Set(messages.map((message) => message?.id))
  const bodies = new Set(acknowledged.map(({ body }) => body))
  const flaws: Flaw[] = []
  const add = (kind: Flaw['kind'], where: string) => flaws.push({ kind, what: sent.text, where })
  if (ids.size > 1) add('doubled', `${ids.size} ids for one key: ${[...ids].join(', ')}`)
  else if (bodies.size > 1) add('changed', `one id in ${bodies.size} different replies`)
  if (!acknowledged.every((reply) => tells(reply, sent))) add('changed', 'a reply tells another message')
  return flaws
}

const tells = (reply: Try, { from, to, text }: Sent): boolean => {
  const told = messageIn(reply)
  if (told?.from !== from || told.to !== to || told.text !== text) return false
  return (
    typeof told.id === 'string' && parseMessageId(told.id) === told.id && told.sent_at === timeIn(told.id)
  )
}

const timeIn = (id: MessageId) => new Date(stampOf(id)).toISOString()
