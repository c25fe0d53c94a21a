/** What devices are told without having asked. */
import type { IdempotencyKey, MessageId, UserId } from './ids.ts'
import type { Message } from './message.ts'

/** To all devices of both people. */
export type Frame =
  /** `key`: only to devices of the sender, one of which may see the message before the answer to its send. */
  | { type: 'message'; message: Message; key?: IdempotencyKey }
  /** One of the two has read what the other wrote. */
  | { type: 'read'; by: UserId; with: UserId; upTo: MessageId }
  /** Never stored; to be shown for ten seconds. */
  | { type: 'typing'; from: UserId; to: UserId }

/** Why a connection ends, by the code with which it is closed where the server may choose one (RFC 6455, section 7.4). */
export const CLOSE_CODES = {
  restarting: 1012,
  too_slow: 1013,
  unauthorized: 4401,
  replaced: 4408,
  too_many_frames: 4429,
} as const

/** The last frame that a device is sent. `reconnectMs`: how long it should wait before it connects again. */
export type Bye = { type: 'bye'; code: (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES]; reconnectMs: number }
