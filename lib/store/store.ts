/**
 * The port: what the business asks of storage, in its own words. Every function is exactly one CQL statement.
 * A read ends well or with `database_unavailable`; a write ends well, with `database_unavailable`
 * (certainly not written), or with `write_in_doubt` (it may be there, now or later).
 */
import type { DialogId, MessageId } from '../dialog/ids.ts'
import type { Message } from '../dialog/message.ts'
import type { Bucket } from '../timeline/bucket.ts'

/** A row of the index: one opening of a time bucket. `visibleFrom` is in unix milliseconds. */
export type IndexRow = { bucket: Bucket; visibleFrom?: number }

/** Where the database cut a read short; given back, it reads on. */
export type PagingState = string & { readonly paging: unique symbol }
/** A page cut short, even an empty one, is not the end: that is where `next` is absent. */
export type Page<Row> = { rows: Row[]; next?: PagingState }

export type Store = {
  insertMessage: (dialog: DialogId, bucket: Bucket, message: Message) => Promise<void>
  /** Messages of one partition with an id below `before`, newest first. */
  messagesBefore: (
    dialog: DialogId,
    bucket: Bucket,
    before: MessageId,
    limit: number,
    from?: PagingState,
  ) => Promise<Page<Message>>
  /** Index rows with a number of at most `upTo`, newest first. */
  bucketsUpTo: (dialog: DialogId, upTo: Bucket, limit: number) => Promise<Page<IndexRow>>
  /** The clock of whichever database node answers, in unix milliseconds. */
  databaseTime: () => Promise<number>
  /** Whether every migration that this code needs has been applied. */
  schemaIsCurrent: () => Promise<boolean>
}
