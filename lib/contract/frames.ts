/** The frames that a client sends over a connection, and those that it is sent: JSON texts of at most 32 KiB. */
import * as z from 'zod'
import { type Bye, CLOSE_CODES, type Frame } from '../model/frame.ts'
import { messageReply, problemFields, showMessage } from './fields.ts'

export const FRAME_MAX_BYTES = 32 * 1024

export const ref = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: 'Chosen by the client, and repeated in the answer' })

/** What every frame of a client has; the rest belongs to its operation. */
export const anyFrame = z.looseObject({ action: z.string(), ref: ref.optional() })

const messageFrame = z
  .object({
    type: z.literal('message'),
    message: messageReply,
    key: z
      .string()
      .optional()
      .meta({ description: 'Only to devices of the sender: the key with which it was sent' }),
  })
  .meta({
    id: 'MessageFrame',
    description: 'A new message in a dialog of this person, who may be its sender',
  })

const readFrame = z
  .object({ type: z.literal('read'), by: z.string(), with: z.string(), up_to: z.uuid() })
  .meta({ id: 'ReadFrame', description: 'How far one of the two has read what the other wrote' })

const typingFrame = z.object({ type: z.literal('typing'), from: z.string(), to: z.string() }).meta({
  id: 'TypingFrame',
  description: 'Somebody is typing: to be shown for ten seconds, and never stored',
})

const WHY: Record<keyof typeof CLOSE_CODES, string> = {
  restarting: 'restarting: connect again before this connection ends',
  too_slow: 'the client reads too slowly',
  unauthorized: 'the token has expired or is withdrawn: get a new one',
  replaced: 'the person has too many connections, of which this one was the oldest',
  too_many_frames: 'too many frames',
}

const byeFrame = z
  .object({
    type: z.literal('bye'),
    code: z.int().meta({
      description: Object.entries(WHY)
        .map(([kind, why]) => `${CLOSE_CODES[kind as keyof typeof WHY]}: ${why}`)
        .join('; '),
      override: { type: 'integer' },
    }),
    reconnect_ms: z.int().meta({
      description: 'How long to wait before connecting again',
      override: { type: 'integer', minimum: 0 },
    }),
  })
  .meta({ id: 'ByeFrame', description: 'The last frame before the service closes the connection' })

export const ackFrame = z
  .object({ type: z.literal('ack'), ref: ref.optional(), message: messageReply.optional() })
  .meta({
    id: 'AckFrame',
    description: 'What the frame asked for has been done; `message`, as stored, after `send`',
  })

export const errorFrame = z
  .object({ type: z.literal('error'), ref: ref.optional(), ...problemFields })
  .meta({ id: 'ErrorFrame', description: 'A frame was refused: as the body of an error over HTTP' })

/** What devices are told without having asked. */
export const PUSHED = [messageFrame, readFrame, typingFrame, byeFrame]

/** As a text. */
export const showFrame = (frame: Frame | Bye): string => JSON.stringify(shown(frame))

const shown = (frame: Frame | Bye) => {
  switch (frame.type) {
    case 'message':
      return { ...frame, message: showMessage(frame.message) }
    case 'read':
      return { type: frame.type, by: frame.by, with: frame.with, up_to: frame.upTo }
    case 'typing':
      return frame
    case 'bye':
      return { type: frame.type, code: frame.code, reconnect_ms: frame.reconnectMs }
  }
}
