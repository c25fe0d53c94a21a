/** The commands and results of the operations, shared by the contracts, which translate them, and the use cases. */

import type { Profile } from './account.ts'
import type { Connection, ConnectionId, Credential } from './connection.ts'
import type { IdempotencyKey, MessageId, UserId } from './ids.ts'
import type { Message } from './message.ts'
import type { SessionId } from './session.ts'
import type { TokenIdentity } from './token.ts'

/** All sends with the same `key` are one message. */
export type SendMessage = { from: UserId; to: UserId; text: string; key?: IdempotencyKey }

/** At most one of `before`, `after`, `around` and `offset`, which counts from the newest message; `settled` is from a link. */
export type ListMessages = {
  caller: UserId
  other: UserId
  limit: number
  before?: MessageId
  after?: MessageId
  around?: MessageId
  settled?: MessageId
  offset: number
}

/** Where a client continues to newer messages; ids from `settled` on may still be acknowledged late. */
export type Newer = { after: MessageId; settled?: MessageId }
/** `older` is the cursor of the next page, absent when this one reaches the oldest message; `limit` as requested. */
export type HistoryPage = { messages: Message[]; older?: MessageId; newer: Newer; limit: number }

/** Where a walk through an inbox goes on. */
export type InboxCursor = {
  /** Dialogs are listed by this hint of their newest message: what comes next is below it. */
  below?: MessageId
  /** The oldest time bucket of several lanes that has been begun, and how far: up to which person, in which lane. */
  lanes?: { bucket: number; after: string }
}
export type ListDialogs = { caller: UserId; limit: number; cursor?: InboxCursor }
/** Messages of the other side, up to a limit; `moreUnread`: there are more. */
export type Unread = { unread: number; moreUnread: boolean }
/** One dialog of a person's inbox. */
export type DialogSummary = Unread & {
  with: UserId
  last: Message
  readUpTo?: MessageId
  readByOtherUpTo?: MessageId
}
/** `next` is absent only at the end: a page may be short, even empty, before it. */
export type DialogsPage = { dialogs: DialogSummary[]; next?: InboxCursor }
/** Where a walk through what has changed goes on: above this partition, or in it, after this person. */
export type ChangedCursor = { bucket: number; after: string }
/** `sinceMs`: unix milliseconds; undefined: everybody. */
export type ListChanged = {
  caller: UserId
  sinceMs?: number | undefined
  limit: number
  cursor?: ChangedCursor | undefined
}
/** Some may be on several pages. `next` is absent only at the end: a page may be short, even empty, before it. */
export type ChangedPage = { people: UserId[]; next?: ChangedCursor }
export type ShowDialog = { caller: UserId; other: UserId }
export type MarkRead = { caller: UserId; other: UserId; upTo: MessageId }

/** The caller's own token, unless a session or all tokens are named. */
export type Revoke = { token: TokenIdentity | undefined; session?: string; isAll: boolean }

/**
 * Where a request came from: the address of the connection, and the values of X-Forwarded-For, which anybody can write
 * who is not behind a trusted proxy.
 */
export type Origin = { address: string | undefined; forwardedFor: string[] }
export type Register = { profile: Profile; password: string; origin: Origin }
/** `isRefreshable`: with a refresh token, and an access token that lives only minutes. */
export type SignIn = { user: UserId; password: string; isRefreshable: boolean; origin: Origin }
/** Without a refresh token, the client keeps the one that it has, if any. */
export type SignedIn = { token: string; lifeSeconds: number; refreshToken?: string }
export type ShowUser = { user: UserId }
export type UserProfile = { user: UserId; profile: Profile }
export type Refresh = { refreshToken: string }
export type ListSessions = { caller: UserId; token: TokenIdentity | undefined }
/** Times in unix milliseconds. */
export type SessionSummary = { id: SessionId; beganMs: number; refreshedMs: number; isCurrent: boolean }
export type ChangePassword = {
  caller: UserId
  password: string
  newPassword: string
  isRefreshable: boolean
  origin: Origin
}
/** `credential` has been verified. */
export type OpenConnection = { credential: Credential; id: ConnectionId }
/** `sinceMs`: the time of an earlier answer; undefined: the client knows nothing yet. */
export type Ping = { connection: Connection; sinceMs: number | undefined }
export type RenewToken = Ping & { token: string }
/**
 * `nowMs`: unix milliseconds, never later than the database's clock. `expiresMs`: of the token. `reconnectMs`: how long to
 * wait before connecting again, should this connection break.
 */
export type Pong = {
  nowMs: number
  isBehind: boolean
  expiresMs: number
  pingSeconds: number
  reconnectMs: number
}
export type Typing = { connection: Connection; to: UserId }

/** A JSON Web Key Set (RFC 7517) of public keys. */
export type PublicKeys = { keys: Record<string, string>[] }

export type Readiness = { clockIsWithinBounds: boolean }

/** The outcome of a use case that has more to do once its caller's reply is decided. */
export class Decided<Result> {
  readonly result: Result
  /** Under way. Nothing that happens here revokes the result: neither a failure nor the deadline. */
  readonly followUp: Promise<void> | undefined

  constructor(result: Result, followUp: Promise<void> | undefined) {
    this.result = result
    this.followUp = followUp
  }
}
