/** An inbox of any size, as its person's life would have left it: where each dialog stands, and under which id. */
import { type MessageId, messageIdAt, type UserId } from '../../../lib/model/ids.ts'
import { type Bucket, bucketOf, GENESIS } from '../../../lib/timeline/bucket.ts'
import { DEFAULT_RULES, INBOX_HEAD } from '../../../lib/timeline/rules.ts'

/** The time from one opening to the next: a million dialogs are some four weeks. */
const OPENED_EVERY_SECONDS = 600
const ROWS = DEFAULT_RULES.inboxRows
/** The last message is this old: no later than the clock of any instance. */
const QUIET_MS = 60_000

/** Dialogs are numbered by last activity, 0 is the least recent. */
export type MadeInbox = {
  person: UserId
  dialogs: number
  /** The time buckets that have an index row. */
  opened: Bucket[]
  peerOf: (dialog: number) => UserId
  idOf: (dialog: number) => MessageId
  bucketOf: (dialog: number) => Bucket
}

/**
 * A time bucket is opened for each 256 dialogs that became active, and a dialog stands in any of the head of its time:
 * so each holds dialogs of four stretches, and a page has to merge as many. Up to 256 dialogs stand in genesis.
 */
export const makeInbox = (person: UserId, dialogs: number, nowMs: number): MadeInbox => {
  const stepMs = (OPENED_EVERY_SECONDS * 1000) / ROWS
  const beginSeconds = Math.floor((nowMs - QUIET_MS - dialogs * stepMs) / 1000)
  const openings = dialogs > ROWS ? Math.ceil(dialogs / ROWS) : 0
  const opened = Array.from({ length: openings }, (_, index) =>
    bucketOf({ openedAtSeconds: beginSeconds + index * OPENED_EVERY_SECONDS, lanes: 1 }),
  )
  return {
    person,
    dialogs,
    opened,
    peerOf: (dialog) => `${person}-peer-${dialog}` as UserId,
    idOf: (dialog) => messageIdAt(beginSeconds * 1000 + Math.floor(dialog * stepMs) + 1, bytesOf(dialog)),
    bucketOf: (dialog) => opened[Math.floor(dialog / ROWS) - (dialog % INBOX_HEAD)] ?? GENESIS,
  }
}

/** The random part of an id. */
const bytesOf = (dialog: number): Uint8Array => {
  const bytes = Buffer.alloc(10, 0x5a)
  bytes.writeUInt32BE(dialog, 6)
  return bytes
}
