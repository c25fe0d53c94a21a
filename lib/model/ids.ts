/** The identities of the domain: users, owners of timelines, messages, and sends that may be repeated. */
import { hash } from 'node:crypto'

declare const brand: unique symbol
declare const ownsTimeline: unique symbol
export type UserId = string & { readonly [brand]: 'UserId' }
/** Whose timeline it is: a dialog, or a person's inbox. */
export type OwnerId = Buffer & { readonly [ownsTimeline]: true }
export type DialogId = OwnerId & { readonly [brand]: 'DialogId' }
export type InboxId = OwnerId & { readonly [brand]: 'InboxId' }
/** A UUIDv7 (RFC 9562) in its lower-case text form, whose order is the order of sending. */
export type MessageId = string & { readonly [brand]: 'MessageId' }
/** A sender's name for one message, however often its send is retried: 1 to 255 printable ASCII characters. */
export type IdempotencyKey = string & { readonly [brand]: 'IdempotencyKey' }

const USER_ID_MAX_CHARACTERS = 128
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/**
 * 1 to 128 characters (code points), no control characters, and neither `.` nor `..`.
 * Lone surrogates are refused: UTF-8 would turn different ids into the same bytes.
 */
export const isUserId = (text: string): text is UserId =>
  text !== '' &&
  [...text].length <= USER_ID_MAX_CHARACTERS &&
  text.isWellFormed() &&
  !/\p{Cc}/u.test(text) &&
  text !== '.' &&
  text !== '..'

/** SHA-256 of the pair in byte order: the same 32 bytes for both sides. */
export const dialogIdOf = (one: UserId, other: UserId): DialogId => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return digestOf(Buffer.compare(a, b) <= 0 ? [a, b] : [b, a]) as DialogId
}

/** Three parts, since two would be those of a dialog: the one between `inbox` and this person. */
export const inboxIdOf = (user: UserId): InboxId =>
  digestOf([Buffer.from('inbox'), Buffer.from(user), Buffer.alloc(0)]) as InboxId

/** SHA-256 of length-prefixed parts: different parts that concatenate to the same bytes get different digests. */
export const digestOf = (parts: Buffer[]): Buffer => {
  const bytes = Buffer.allocUnsafe(parts.reduce((sum, { length }) => sum + 4 + length, 0))
  let end = 0
  for (const part of parts) {
    end = bytes.writeUInt32BE(part.length, end)
    end += part.copy(bytes, end)
  }
  return hash('sha256', bytes, 'buffer')
}

/** Accepts upper case, as RFC 9562 asks of readers. */
export const parseMessageId = (text: string): MessageId | undefined => {
  const id = text.toLowerCase()
  return UUID_V7.test(id) ? (id as MessageId) : undefined
}

/**
 * RFC 9562, section 5.7: 48 bits of unix milliseconds, then 74 fresh random bits around version and variant.
 * No counter and no memory between ids: one dialog's stamps must never be pushed ahead by another's.
 * @param random 10 random bytes
 */
export const messageIdAt = (unixMs: number, random: Uint8Array): MessageId => {
  const bytes = Buffer.allocUnsafe(16)
  bytes.writeUIntBE(unixMs, 0, 6)
  bytes.set(random.subarray(0, 10), 6)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as MessageId
}

/** The lowest id of this millisecond. */
export const lowestIdAt = (unixMs: number): MessageId => messageIdAt(unixMs, new Uint8Array(10))

/** The next id in order: below it are this id and everything older. The last id has no successor and is returned. */
export const idAfter = (id: MessageId): MessageId => {
  if (id === AFTER_ALL_MESSAGES) return id
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex')
  // All ones, so that a carry passes through version and variant to the bits before them.
  bytes.writeUInt8(bytes.readUInt8(6) | 0xf0, 6)
  bytes.writeUInt8(bytes.readUInt8(8) | 0xc0, 8)
  const next = (BigInt(`0x${bytes.toString('hex')}`) + 1n).toString(16).padStart(32, '0')
  return messageIdAt(Number.parseInt(next.slice(0, 12), 16), Buffer.from(next.slice(12), 'hex'))
}

/** Later than every message: the cursor of the newest page. */
export const AFTER_ALL_MESSAGES = 'ffffffff-ffff-7fff-bfff-ffffffffffff' as MessageId

/** The unix milliseconds in an id: read digit by digit, as a page asks this of each message and text costs memory. */
export const stampOf = (id: MessageId): number => {
  let unixMs = 0
  for (let index = 0; index < STAMP_END; index += 1)
    if (index !== STAMP_DASH) unixMs = unixMs * 16 + digitOf(id.charCodeAt(index))
  return unixMs
}

const STAMP_DASH = 8
const STAMP_END = 13
const digitOf = (code: number) => (code < 0x3a ? code - 0x30 : code - 0x57)
