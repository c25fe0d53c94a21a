/**
 * The port: what the business asks of storage, in its own words. Every function is exactly one CQL statement.
 * A read succeeds or fails with `database_unavailable`; a write succeeds, or fails with `database_unavailable`
 * (certainly not written) or `write_in_doubt` (it may be there, now or later). They are methods: call them on their store.
 */
import type { Profile } from '../model/account.ts'
import type { Connection, ConnectionId, Device } from '../model/connection.ts'
import type { DialogId, IdempotencyKey, InboxId, MessageId, OwnerId, UserId } from '../model/ids.ts'
import type { Message, MessageHead } from '../model/message.ts'
import type { Session, SessionId } from '../model/session.ts'
import type { ALL_TOKENS, TokenName } from '../model/token.ts'
import type { Bucket } from '../timeline/bucket.ts'
import type { IndexRow } from '../timeline/timeline.ts'

/** Where the database ended a page; passed back, the read continues there. */
export type PagingState = string & { readonly paging: unique symbol }
/** A short page, even an empty one, is not the last: that is the one without `next`. */
export type Page<Row> = { rows: Row[]; next?: PagingState }

/** What a key was used for (a digest of the content), and the row that every send with this key writes. */
export type Claim = { fingerprint: Buffer; id: MessageId; bucket: Bucket }

/** One of the two people of a dialog: the lower by the byte order of ids, or the other. In a dialog with oneself, `low`. */
export type Side = 'low' | 'high'
/** What is kept of one side beside the index rows of a dialog. */
export type Marks = {
  /** The time bucket (lane 0's number) of that person's inbox in which the dialog stands; absent: in none. */
  listed?: Bucket
  /** The newest message that this person has read. */
  readUpTo?: MessageId
}
/** A dialog in somebody's inbox: the other person, and about the newest message. */
export type Listing = { peer: UserId; lastId: MessageId }

/** A token, a session, or all tokens of a person, withdrawn at a moment in unix milliseconds. */
export type Withdrawal = { what: typeof ALL_TOKENS | TokenName; atMs: number }

/** How often in a row something has failed, and when last, in unix milliseconds. */
export type Failures = { failures: number; atMs: number }

/** The session of the token, or '', the token, and the connection itself; all connections of a person below a part of it. */
export type ConnectionPath =
  | []
  | [session: string]
  | [session: string, token: string]
  | [string, string, string]

export type Store = {
  insertMessage: (dialog: DialogId, bucket: Bucket, message: Message) => Promise<void>
  /**
   * A lightweight transaction: false if the key is already claimed, even by this very claim. Claims expire after two
   * days. In doubt more often than other writes: it may be decided before a node finds too few replicas.
   */
  claimSend: (sender: UserId, key: IdempotencyKey, claim: Claim) => Promise<boolean>
  /** At LOCAL_SERIAL: sees every claim decided before it, even one whose commit is not finished. */
  readClaim: (sender: UserId, key: IdempotencyKey) => Promise<Claim | undefined>
  /** Messages of one partition with an id below `before`, newest first. */
  messagesBefore: (
    dialog: DialogId,
    bucket: Bucket,
    before: MessageId,
    limit: number,
    from?: PagingState,
  ) => Promise<Page<Message>>
  /** As `messagesBefore`, but without their texts. */
  messageIdsBefore: (
    dialog: DialogId,
    bucket: Bucket,
    before: MessageId,
    limit: number,
    from?: PagingState,
  ) => Promise<Page<MessageHead>>
  /** Messages of one partition with an id above `after`, oldest first. */
  messagesAfter: (
    dialog: DialogId,
    bucket: Bucket,
    after: MessageId,
    limit: number,
    from?: PagingState,
  ) => Promise<Page<Message>>
  /**
   * The newest index row; none if there is only genesis. `marks` are a dialog's, even without an index row, unless it has
   * none. They come with the row, or for lack of one on the last page: a caller that reads on keeps those of any page.
   */
  newestBucket: (
    owner: OwnerId,
    from?: PagingState,
  ) => Promise<Page<IndexRow> & { marks?: Record<Side, Marks> }>
  /** The newest index rows, newest first. */
  newestBuckets: (owner: OwnerId, limit: number, from?: PagingState) => Promise<Page<IndexRow>>
  /** Index rows with a number of at most `upTo`, newest first. */
  bucketsUpTo: (owner: OwnerId, upTo: Bucket, limit: number, from?: PagingState) => Promise<Page<IndexRow>>
  /** Index rows with a number above `above`, oldest first. */
  bucketsAbove: (owner: OwnerId, above: Bucket, limit: number, from?: PagingState) => Promise<Page<IndexRow>>
  /** Writes the index row of a time bucket, without visible_from, to a quorum of each data centre. */
  insertBucket: (owner: OwnerId, bucket: Bucket) => Promise<void>
  /** Removes an index row, to a quorum of each data centre; nothing may ever be written into that time bucket again. */
  removeBucket: (owner: OwnerId, bucket: Bucket) => Promise<void>
  /** To be called once `insertBucket` has succeeded: every quorum read that starts after `unixMs` sees the row. */
  setVisibleFrom: (owner: OwnerId, bucket: Bucket, unixMs: number) => Promise<void>
  /**
   * The greatest id that was ever written here wins, whatever the order of the writes: a later one too over a removal.
   * @param everyDataCentre waits for a quorum of each, not only of the local one
   */
  putListing: (inbox: InboxId, bucket: Bucket, listing: Listing, everyDataCentre: boolean) => Promise<void>
  /**
   * Removes what was ever written here, or will be, with an id of at most `upTo` or of its microsecond (register.ts): of
   * equal timestamps, that of a removal wins. So `upTo` is the id of the row that replaced this one, which is in another
   * partition, or this row's own; never an id that is still to be put here.
   */
  removeListing: (inbox: InboxId, bucket: Bucket, peer: UserId, upTo: MessageId) => Promise<void>
  /** The greatest id that was ever put here, even if it has been removed; undefined: none was. */
  newestListing: (inbox: InboxId, bucket: Bucket) => Promise<MessageId | undefined>
  readListing: (inbox: InboxId, bucket: Bucket, peer: UserId) => Promise<Listing | undefined>
  /** One of the dialogs in this partition of an inbox, if only a single replica has it: all of them must answer. */
  anyListing: (inbox: InboxId, bucket: Bucket, from?: PagingState) => Promise<Page<Listing>>
  /** Dialogs in one partition of an inbox, by the byte order of `peer`, which is above `after`. */
  listingsAfter: (
    inbox: InboxId,
    bucket: Bucket,
    after: string,
    limit: number,
    from?: PagingState,
  ) => Promise<Page<Listing>>
  /**
   * The newest bucket that was ever written wins, whatever the order of the writes.
   * Neither this nor `setReadUpTo` makes an index row: a dialog that was never split stays in genesis.
   */
  setListed: (dialog: DialogId, side: Side, bucket: Bucket) => Promise<void>
  /** The greatest id that was ever written wins: a mark never goes back. */
  setReadUpTo: (dialog: DialogId, side: Side, id: MessageId) => Promise<void>
  /** What is kept of both sides of a dialog. */
  readMarks: (dialog: DialogId) => Promise<Record<Side, Marks>>
  /**
   * To a quorum of each data centre. Of withdrawals of the same tokens, the latest wins.
   * @param seconds for which it is kept
   */
  withdraw: (user: UserId, withdrawal: Withdrawal, seconds: number) => Promise<void>
  /** Those of these, of which there are one to three. */
  withdrawals: (user: UserId, of: [Withdrawal['what'], ...Withdrawal['what'][]]) => Promise<Withdrawal[]>
  /** A lightweight transaction: false if there is such a user. */
  createUser: (
    user: UserId,
    account: { profile: Profile; passwordHash: string; createdAtMs: number },
  ) => Promise<boolean>
  /** Undefined: there is no such user. */
  readProfile: (user: UserId) => Promise<Profile | undefined>
  /** At LOCAL_SERIAL: sees every change decided before it. Undefined: there is no such user. */
  readPasswordHash: (user: UserId) => Promise<string | undefined>
  /** A lightweight transaction: false unless the hash is `old`. */
  replacePasswordHash: (user: UserId, old: string, next: string) => Promise<boolean>
  /**
   * A lightweight transaction: false if there is such a session.
   * @param endsMs it expires within two seconds after this, as seen from `rotatedAtMs`, which should be now
   */
  insertSession: (user: UserId, session: SessionId, first: Session, endsMs: number) => Promise<boolean>
  /** At LOCAL_SERIAL: sees every transaction decided before it, even one whose commit is not finished. */
  readSession: (user: UserId, session: SessionId) => Promise<Session | undefined>
  /** The newest ones, newest first; at LOCAL_SERIAL. */
  readSessions: (user: UserId, limit: number) => Promise<(Session & { id: SessionId })[]>
  /**
   * A lightweight transaction: false unless the session exists with `generation`, even if `next` is there already.
   * @param endsMs as of `insertSession`
   */
  rotateSession: (
    user: UserId,
    session: SessionId,
    generation: number,
    next: Session,
    endsMs: number,
  ) => Promise<boolean>
  /** A lightweight transaction, IF EXISTS: one without would lose against a transaction with a later ballot. */
  endSession: (user: UserId, session: SessionId) => Promise<void>
  /** Of those of one to three subjects that have any, in no order. Not serial: `setFailures` may know better. */
  readFailures: (of: [string, ...string[]]) => Promise<(Failures & { subject: string })[]>
  /**
   * A lightweight transaction: false unless the number of failures is still `was`; undefined: none are known.
   * @param seconds for which it is kept, at least 1; it may be gone almost a second earlier
   */
  setFailures: (subject: string, was: number | undefined, next: Failures, seconds: number) => Promise<boolean>
  /** Of writes and removals, that with the latest `atMs` wins. @param seconds for which it is kept, at least 1 */
  putConnection: (connection: Connection, atMs: number, seconds: number) => Promise<void>
  /** Of at most 100 different people, in no order. */
  readConnections: (of: UserId[]) => Promise<Device[]>
  /**
   * All of a person, of a session or of a token, in every data centre; or one: also those that are written later with the
   * same `atMs` or an earlier one.
   */
  removeConnections: (user: UserId, path: ConnectionPath, atMs: number) => Promise<void>
  /** The latest `connectedMs` wins. @param seconds for which it is kept, at least 1 */
  putConnectionById: (connection: Connection, seconds: number) => Promise<void>
  readConnectionById: (id: ConnectionId) => Promise<Connection | undefined>
  removeConnectionById: (id: ConnectionId) => Promise<void>
  /** The clock of the coordinator, in unix milliseconds. */
  databaseTime: () => Promise<number>
  /** Whether every migration that this code needs has been applied. */
  schemaIsCurrent: () => Promise<boolean>
}
