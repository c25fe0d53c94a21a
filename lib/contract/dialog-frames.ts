/** The frames `send`, `read` and `typing`: what is said in a dialog. */
import * as z from 'zod'
import type { FaultKind } from '../errors.ts'
import type { Message } from '../model/message.ts'
import type { MarkRead, SendMessage, Typing } from '../model/operations.ts'
import type { FrameContract } from './contract.ts'
import { messageIdField, showMessage, text, userId } from './fields.ts'
import { ackFrame } from './frames.ts'
import { plainKey } from './idempotency-key.ts'
import { markReadContract } from './mark-read.ts'
import { sendMessageContract } from './send-message.ts'

/** Why only a request over HTTP can be refused. */
const OF_HTTP: FaultKind[] = ['body_too_large', 'not_json', 'repeated_parameter', 'malformed_json', 'bad_key']
const asOverHttp = ({ faults }: { faults: FaultKind[] }) => faults.filter((fault) => !OF_HTTP.includes(fault))

const sendInput = z.object({ to: userId, text, key: plainKey.optional() })

export const sendContract: FrameContract<z.infer<typeof sendInput>, SendMessage, Message> = {
  operation: 'sendMessage',
  summary: 'Send a message to a user, as POST /dialog/{user_id}/send does',
  action: 'send',
  authenticated: true,
  input: sendInput,
  toCommand: ({ to, text, key }, from) => ({ from, to, text, ...(key !== undefined && { key }) }),
  toReply: (message) => ({ body: { type: 'ack', message: showMessage(message) } }),
  reply: ackFrame,
  faults: asOverHttp(sendMessageContract),
}

const readInput = z.object({ with: userId, up_to: messageIdField })

export const readContract: FrameContract<z.infer<typeof readInput>, MarkRead, void> = {
  operation: 'markRead',
  summary: 'Mark the messages of a dialog as read, as PUT /dialog/{user_id}/read does',
  action: 'read',
  authenticated: true,
  input: readInput,
  toCommand: ({ with: other, up_to: upTo }, caller) => ({ caller, other, upTo }),
  toReply: () => ({ body: { type: 'ack' } }),
  reply: ackFrame,
  faults: asOverHttp(markReadContract),
}

const typingInput = z.object({ to: userId })

export const typingContract: FrameContract<z.infer<typeof typingInput>, Typing, void> = {
  operation: 'tellTyping',
  summary:
    'Tell the devices of both people that this person is typing: at most once in 3 s, anything more is dropped',
  action: 'typing',
  authenticated: true,
  input: typingInput,
  toCommand: ({ to }, _caller, _token, connection) => ({ connection, to }),
  toReply: () => ({ body: { type: 'ack' } }),
  reply: ackFrame,
  faults: ['bad_field', 'bad_id', 'database_unavailable', 'overloaded'],
}
