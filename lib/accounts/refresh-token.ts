/** The text of a refresh token: a session and a generation, authenticated by one of our keys. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { UserId } from '../model/ids.ts'
import { parseSessionId, type SessionId } from '../model/session.ts'
import { type KeySet, keyInUse, type MacKey, macKeys } from './keys.ts'

export type RefreshToken = {
  user: UserId
  session: SessionId
  /** Counts the refresh tokens of a session; a CQL int. */
  generation: number
}
/** The key that signs, and those that are still accepted, `current` among them. A `kid` is base64url text. */
export type RefreshKeys = {
  current: { kid: string; key: Buffer }
  all: ReadonlyMap<string, Buffer>
}

export const refreshKeysAt = (set: KeySet, nowMs: number): RefreshKeys => {
  const keys = macKeys(set)
  const current = keyInUse(keys, nowMs / 1000)
  return {
    current: { kid: current.kid, key: secretOf(current) },
    all: new Map(keys.map((key) => [key.kid, secretOf(key)])),
  }
}

const secretOf = ({ k }: MacKey) => Buffer.from(k, 'base64url')

/** No part can contain a full stop, and none can be written in two ways: one token is one text. */
const FORM =
  /^([\w-]{1,128})\.([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.([\da-f-]{36})\.(0|[1-9]\d{0,9})\.([\w-]{43})$/
const MAX_GENERATION = 2 ** 31 - 1

/** The same text, whoever makes it, until the key changes: two requests for the successor of a token get one token. */
export const writeRefreshToken = (
  { user, session, generation }: RefreshToken,
  { current: { kid, key } }: RefreshKeys,
): string => {
  const signed = `${kid}.${user}.${session}.${generation}`
  return `${signed}.${macOf(signed, key)}`
}

/** Undefined: not a token of ours, whatever is wrong with it. */
export const readRefreshToken = (text: string, { all }: RefreshKeys): RefreshToken | undefined => {
  const [, kid = '', user = '', id = '', digits = '', mac = ''] = FORM.exec(text) ?? []
  const key = all.get(kid)
  const session = parseSessionId(id)
  const generation = Number(digits)
  if (!key || session !== id || generation > MAX_GENERATION) return undefined
  const expected = macOf(text.slice(0, -mac.length - 1), key)
  // As text: base64url of 32 bytes has two bits to spare, so its bytes could be written in four ways.
  if (!timingSafeEqual(Buffer.from(mac), Buffer.from(expected))) return undefined
  return { user: user as UserId, session, generation }
}

/** HMAC-SHA-256 (RFC 2104) in base64url. */
const macOf = (signed: string, key: Buffer) => createHmac('sha256', key).update(signed).digest('base64url')
