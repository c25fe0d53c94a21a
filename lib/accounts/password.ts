/** Passwords: which are acceptable, and how they are hashed and verified. */
// As a whole, since a version of Node without argon2 could not even load this file otherwise; lib/config refuses it.
import crypto from 'node:crypto'
import { Fault } from '../errors.ts'
import { type Cost, type PasswordHash, parsePhc, writePhc } from './phc.ts'

/** OWASP's Password Storage Cheat Sheet: argon2id with at least 19 MiB, 2 passes, 1 lane. */
const COST: Cost = { memoryKiB: 19_456, passes: 2, lanes: 1 }
/** RFC 9106, section 3.1, for both. */
const SALT_BYTES = 16
const TAG_BYTES = 32
/** libuv has four threads, which also verify and sign tokens: more hashes at once would make every request wait. */
const HASHES_AT_ONCE = 2

const PASSWORD_MAX_BYTES = 1_024
/** In UTF-16, before normalization, which may make a text shorter. */
const NORMALIZED_MAX_UNITS = 2 * PASSWORD_MAX_BYTES

declare const acceptable: unique symbol
/** The bytes to hash. */
type AcceptablePassword = Buffer & { readonly [acceptable]: true }

/**
 * A new password: at least `minCharacters` code points (which is what NIST SP 800-63B counts) and at most 1,024 bytes of
 * UTF-8, both after normalization, so that it does not matter which keyboard types it.
 * @throws Fault `bad_field`, without the password
 */
export const acceptPassword = (
  text: string,
  minCharacters: number,
  path = 'password',
): AcceptablePassword => {
  const bytes = bytesOf(text)
  const refuse = (message: string) =>
    new Fault('bad_field', `unacceptable password: ${message}`, { fields: [{ path, message }] })
  if (!bytes) throw refuse(`must be well-formed Unicode, and at most ${PASSWORD_MAX_BYTES} bytes`)
  if ([...bytes.toString()].length < minCharacters)
    throw refuse(`must have at least ${minCharacters} characters`)
  if (bytes.length > PASSWORD_MAX_BYTES) throw refuse(`must have at most ${PASSWORD_MAX_BYTES} bytes`)
  return bytes as AcceptablePassword
}

/**
 * Undefined for lone surrogates, since UTF-8 would turn different passwords into the same bytes; and for what is far too
 * long, since normalization takes time in proportion to the square of a run of combining marks: 3 ms here, 1.4 s for 64 KiB.
 */
const bytesOf = (text: string) =>
  text.length <= NORMALIZED_MAX_UNITS && text.isWellFormed() ? Buffer.from(text.normalize('NFKC')) : undefined

type Verdict = { isRight: boolean; isRehashDue: boolean }

/**
 * One a process, which is what its limit is for. Never queues.
 * @throws Fault `overloaded` while two hashes are being computed
 */
export type Passwords = {
  /** A PHC string. */
  hash: (password: AcceptablePassword) => Promise<string>
  /**
   * The same work, whether or not the password can be right.
   * @param stored the PHC string of the user; undefined if there is no such user, whose password nothing is
   * @throws Error if `stored` is not a PHC string of argon2id
   */
  verify: (text: string, stored: string | undefined) => Promise<Verdict>
}

export const passwords = (random: (bytes: number) => Uint8Array): Passwords => {
  let hashing = 0
  const tagOf = async (password: Buffer, { cost, salt, tag }: PasswordHash) => {
    if (hashing >= HASHES_AT_ONCE) throw new Fault('overloaded', `${HASHES_AT_ONCE} passwords being hashed`)
    hashing += 1
    try {
      return await argon2id(password, salt, tag.length, cost)
    } finally {
      hashing -= 1
    }
  }
  /** With a tag that no password is known to have. */
  const blank = (): PasswordHash => ({
    cost: COST,
    salt: Buffer.from(random(SALT_BYTES)),
    tag: Buffer.from(random(TAG_BYTES)),
  })
  return {
    hash: async (password) => {
      const form = blank()
      return writePhc({ ...form, tag: await tagOf(password, form) })
    },
    verify: async (text, stored) => {
      const expected = stored === undefined ? blank() : parsePhc(stored)
      const bytes = bytesOf(text)
      const tag = await tagOf(bytes ?? Buffer.alloc(0), expected)
      const isEqual = crypto.timingSafeEqual(tag, expected.tag)
      const isRight = isEqual && bytes !== undefined && stored !== undefined
      return { isRight, isRehashDue: isRight && !isCurrent(expected) }
    },
  }
}

const isCurrent = ({ cost, salt, tag }: PasswordHash) =>
  cost.memoryKiB === COST.memoryKiB &&
  cost.passes === COST.passes &&
  cost.lanes === COST.lanes &&
  salt.length === SALT_BYTES &&
  tag.length === TAG_BYTES

const argon2id = (message: Buffer, nonce: Buffer, tagLength: number, { memoryKiB, passes, lanes }: Cost) =>
  new Promise<Buffer>((resolve, reject) => {
    const parameters = { message, nonce, tagLength, memory: memoryKiB, passes, parallelism: lanes }
    crypto.argon2('argon2id', parameters, (error, tag) => (error ? reject(error) : resolve(tag)))
  })
