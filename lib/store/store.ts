/**
 * The port: what the business asks of storage, in its own words. Every function is exactly one CQL statement.
 * A read succeeds or fails with `database_unavailable`; a write succeeds, or fails with `database_unavailable`
 * (certainly not written) or `write_in_doubt` (it may be there, now or later). They are methods: call them on their store.
 */
import type { DialogId, IdempotencyKey, MessageId, OwnerId, UserId } from '../model/ids.ts'
import type { Message } from '../model/message.ts'
import type { Bucket } from '../timeline/bucket.ts'
import type { IndexRow } from '../timeline/timeline.ts'

/** Where the database ended a page; passed back, the read continues there. */
export type PagingState = string & { readonly paging: unique symbol }
/** A short page, even an empty one, is not the last: that is the one without `next`. */
export type Page<Row> = { rows: Row[]; next?: PagingState }

/** What a key was used for (a digest of the content), and the row that every send with this key writes. */
export type Claim = { fingerprint: Buffer; id: MessageId; bucket: Bucket }

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
  /** As `messagesBefore`, but only their ids. */
  messageIdsBefore: (
    dialog: DialogId,
    bucket: Bucket,
    before: MessageId,
    limit: number,
    from?: PagingState,
  ) => Promise<Page<{ id: MessageId }>>
  /** Messages of one partition with an id above `after`, oldest first. */
  messagesAfter: (
    dialog: DialogId,
    bucket: Bucket,
    after: MessageId,
    limit: number,
    from?: PagingState,
  ) => Promise<Page<Message>>
  /** The newest index row; none if there is only genesis. */
  newestBucket: (owner: OwnerId, from?: PagingState) => Promise<Page<IndexRow>>
  /** Index rows with a number of at most `upTo`, newest first. */
  bucketsUpTo: (owner: OwnerId, upTo: Bucket, limit: number, from?: PagingState) => Promise<Page<IndexRow>>
  /** Index rows with a number above `above`, oldest first. */
  bucketsAbove: (owner: OwnerId, above: Bucket, limit: number, from?: PagingState) => Promise<Page<IndexRow>>
  /** Writes the index row of a time bucket, without visible_from, to a quorum of each data centre. */
  insertBucket: (owner: OwnerId, bucket: Bucket) => Promise<void>
  /** To be called once `insertBucket` has succeeded: every quorum read that starts after `unixMs` sees the row. */
  setVisibleFrom: (owner: OwnerId, bucket: Bucket, unixMs: number) => Promise<void>
  /** The clock of the coordinator, in unix milliseconds. */
  databaseTime: () => Promise<number>
  /** Whether every migration that this code needs has been applied. */
  schemaIsCurrent: () => Promise<boolean>
}
