/** A session: what a sign-in begins and refresh tokens continue. Its id says when it began, and so when it must end. */
import { type MessageId, messageIdAt, parseMessageId, stampOf } from './ids.ts'

/** A UUIDv7, in its lower-case text form. */
export type SessionId = string & { readonly session: unique symbol }

export type Session = {
  /** Of the newest refresh token. */
  generation: number
  /** The one before it that was not skipped; none at first. */
  previous?: number
  /** When `generation` became what it is, in unix milliseconds. */
  rotatedAtMs: number
}

/** However often its tokens are refreshed. */
export const SESSION_MS = 30 * 24 * 3_600_000

/** @param random 10 random bytes */
export const sessionIdAt = (unixMs: number, random: Uint8Array): SessionId =>
  messageIdAt(unixMs, random) as string as SessionId

export const parseSessionId = (text: string): SessionId | undefined =>
  parseMessageId(text) as string | undefined as SessionId | undefined

/** Unix milliseconds. */
export const beginOfSession = (session: SessionId): number => stampOf(session as string as MessageId)

/** Unix milliseconds. */
export const endOfSession = (session: SessionId): number => beginOfSession(session) + SESSION_MS
