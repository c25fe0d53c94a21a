/** Calls between instances: only those who know the secret can make or read one. */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** Which call a sealed text is for: in any other one it cannot be opened. */
export type Purpose = {
  method: string
  /** Of the addressee, with its boot id: whoever has that address later learns nothing. */
  endpoint: string
  connectionId: string
}
type Opened = { text: Buffer; sentMs: number }

export type Seal = (purpose: Purpose, text: string, sentMs: number) => Buffer
/** Undefined unless it was sealed by somebody who knows one of the secrets, for this purpose. */
export type Open = (purpose: Purpose, sealed: Buffer) => Opened | undefined

const ALGORITHM = 'aes-256-gcm'
const [SENDER_BYTES, NONCE_BYTES, TIME_BYTES, TAG_BYTES] = [16, 12, 8, 16]
const [NONCE_AT, TIME_AT] = [SENDER_BYTES, SENDER_BYTES + NONCE_BYTES]
const TEXT_AT = TIME_AT + TIME_BYTES
/** By how much a sealed text is longer than the text. */
export const SEAL_BYTES = TEXT_AT + TAG_BYTES
/** As long as the key that is derived from it. */
const SECRET_BYTES = 32
/** Instances that have called, dead ones included: the least recent are evicted, and their keys derived anew if needed. */
const SENDERS = 1_000

/** For instances that are all started by one process. */
export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url')

/**
 * Random nonces would be safe for 2^32 texts by one key (NIST SP 800-38D, section 8.3): for three days of 16,000 pushes a
 * second. So each sender has a key of its own, made from the secret and a random name, and counts.
 */
export const sealer = (secret: string): Seal => {
  const sender = randomBytes(SENDER_BYTES)
  const key = keyOf(secret, sender)
  let count = 0
  return (purpose, text, sentMs) => {
    const head = Buffer.alloc(TEXT_AT)
    sender.copy(head)
    head.writeUIntBE(count, TIME_AT - 6, 6)
    head.writeDoubleBE(sentMs, TIME_AT)
    count += 1
    const cipher = createCipheriv(ALGORITHM, key, head.subarray(NONCE_AT, TIME_AT))
    cipher.setAAD(authenticated(purpose, sentMs))
    return Buffer.concat([head, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  }
}

/** @param secrets several while they are being rotated */
export const opener = (secrets: string[]): Open => {
  // Only senders that have proved that they know a secret: nobody else can evict them.
  const known = new LRUCache<string, KeyObject>({ max: SENDERS })
  return (purpose, sealed) => {
    if (sealed.length < SEAL_BYTES) return undefined
    const sender = sealed.subarray(0, NONCE_AT)
    const name = sender.toString('latin1')
    const key = known.get(name)
    for (const one of key ? [key] : secrets.map((secret) => keyOf(secret, sender))) {
      const opened = openWith(one, purpose, sealed)
      if (!opened) continue
      known.set(name, one)
      return opened
    }
    return undefined
  }
}

const openWith = (key: KeyObject, purpose: Purpose, sealed: Buffer): Opened | undefined => {
  const sentMs = sealed.readDoubleBE(TIME_AT)
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(NONCE_AT, TIME_AT), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(authenticated(purpose, sentMs))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const text = decipher.update(sealed.subarray(TEXT_AT, -TAG_BYTES))
  try {
    decipher.final()
    return { text, sentMs }
  } catch {
    return undefined
  }
}

/** A KeyObject, which Node would otherwise make from the bytes for every text. */
const keyOf = (secret: string, sender: Buffer): KeyObject => {
  const key = hkdfSync('sha256', secret, sender, 'scylla-dialogs: calls between instances', SECRET_BYTES)
  return createSecretKey(Buffer.from(key))
}

const authenticated = ({ method, endpoint, connectionId }: Purpose, sentMs: number): Buffer =>
  Buffer.from(JSON.stringify([method, endpoint, connectionId, sentMs]))
