/**
 * The port: what the business asks of storage, in its own words. Every function is exactly one CQL statement.
 * A read ends well or with `database_unavailable`; a write ends well, with `database_unavailable`
 * (certainly not written), or with `write_in_doubt` (it may be there, now or later).
 */
import type { DialogId, IdempotencyKey, MessageId, UserId } from '../model/ids.ts'
import type { Message } from '../model/message.ts'
import type { Bucket } from '../timeline/bucket.ts'
import type { IndexRow } from '../timeline/timeline.ts'

/** Where the database cut a read short; given back, it reads on. */
export type PagingState = string & { readonly paging: unique symbol }
/** A page cut short, even an empty one, is not the end: that is where `next` is absent. */
export type Page<Row> = { rows: Row[]; next?: PagingState }

/** What a key was used for (a digest of the content), and the row that every send with it writes. */
export type Claim = { fingerprint: Buffer; id: MessageId; bucket: Bucket }

export type Store = {
  insertMessage: (dialog: DialogId, bucket: Bucket, message: Message) => Promise<void>
  /**
   * A lightweight transaction: false when the key is claimed already, also by this very claim. Claims expire after two
   * days. In doubt more often than other writes: it may be decided by the time a node finds too few replicas.
   */
  claimSend: (sender: UserId, key: IdempotencyKey, claim: Claim) => Promise<boolean>
  /** At LOCAL_SERIAL: sees every claim that was decided before, also one whose writing is not finished. */
  readClaim: (sender: UserId, key: IdempotencyKey) => Promise<Claim | undefined>
  /** Messages of one partition with an id below `before`, newest first. */
  messagesBefore: (
    dialog: DialogId,
    bucket: Bucket,
    before: MessageId,
    limit: number,
    from?: PagingState,
  ) => Promise<Page<Message>>
  /** As `messagesBefore`, but their ids alone. */
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
  /** The newest row of the index; none: there is only genesis. */
  newestBucket: (dialog: DialogId, from?: PagingState) => Promise<Page<IndexRow>>
  /** Index rows with a number of at most `upTo`, newest first. */
  bucketsUpTo: (dialog: DialogId, upTo: Bucket, limit: number, from?: PagingState) => Promise<Page<IndexRow>>
  /** Index rows with a number above `above`, oldest first. */
  bucketsAbove: (
    dialog: DialogId,
    above: Bucket,
    limit: number,
    from?: PagingState,
  ) => Promise<Page<IndexRow>>
  /** Writes the row of an opening, without visible_from, to a quorum of each data centre. */
  insertBucket: (dialog: DialogId, bucket: Bucket) => Promise<void>
  /** To be called once `insertBucket` is done: every quorum read that starts after `unixMs` sees the row. */
  setVisibleFrom: (dialog: DialogId, bucket: Bucket, unixMs: number) => Promise<void>
  /** The clock of whichever database node answers, in unix milliseconds. */
  databaseTime: () => Promise<number>
  /** Whether every migration that this code needs has been applied. */
  schemaIsCurrent: () => Promise<boolean>
}
