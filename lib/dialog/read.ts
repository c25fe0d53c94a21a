/** Drives the merge: reads the index and lanes it asks for until a page is full or the dialog ends (rules 6 to 8). */
import { indexDownwards, indexUpwards } from '../buckets/index-read.ts'
import { keyOf } from '../buckets/memory.ts'
import { allPages } from '../buckets/pages.ts'
import type { Context } from '../context.ts'
import { type DialogId, type MessageId, stampOf } from '../model/ids.ts'
import type { Message, MessageHead } from '../model/message.ts'
import type { Page, PagingState } from '../store/store.ts'
import { type Bucket, GENESIS, openingOf } from '../timeline/bucket.ts'
import { DOWNWARDS, type Lane, lanesOf, openMerge, rowsToRead, UPWARDS } from '../timeline/merge.ts'
import { timeBucketOf } from '../timeline/timeline.ts'

/** What to read: the messages of a dialog beyond a cursor. */
type Reading = { dialog: DialogId; cursor: MessageId; isUpwards: boolean }

/** `isAll`: there is nothing beyond these rows; `lanes`: how many partitions were read for them. */
export type Found<Row> = { rows: Row[]; isAll: boolean; lanes: number }

/** Up to `count` messages beyond the cursor, nearest first. */
export const readMessages = (reading: Reading, count: number, ctx: Context): Promise<Found<Message>> => {
  const { store } = ctx
  const select: Select<Message> = reading.isUpwards
    ? (...asked) => store.messagesAfter(...asked)
    : (...asked) => store.messagesBefore(...asked)
  return read(reading, count, select, ctx)
}

type Identified = { id: MessageId }

/** The ids and senders of up to `count` messages older than the cursor, newest first: counting them needs no texts. */
export const readIds = (
  reading: Omit<Reading, 'isUpwards'>,
  count: number,
  ctx: Context,
): Promise<Found<MessageHead>> =>
  read({ ...reading, isUpwards: false }, count, (...asked) => ctx.store.messageIdsBefore(...asked), ctx)

/** Rows of one partition beyond a cursor, in the direction of the reading. */
type Select<Row> = (
  dialog: DialogId,
  bucket: Bucket,
  beyond: MessageId,
  limit: number,
  from?: PagingState,
) => Promise<Page<Row>>

const read = async <Row extends Identified>(
  reading: Reading,
  count: number,
  select: Select<Row>,
  ctx: Context,
): Promise<Found<Row>> => {
  const merge = openMerge<Row>(reading.isUpwards ? UPWARDS : DOWNWARDS, ({ id }) => stampOf(id))
  const track = tracker(reading, ctx)
  const found: Row[] = []
  const prefetched = prefetch(reading, count, select, ctx)
  const { dialog: owner, cursor, isUpwards } = reading
  const readIndex = (isUpwards ? indexUpwards : indexDownwards)({ owner, cursor }, ctx)
  const fill = async (lane: Lane) => {
    const first = lane.readTo ? undefined : prefetched.get(lane.bucket)
    const { rows, isExhausted } = await (first ?? readLane(reading, lane, count - found.length, select))
    merge.fill(lane, rows, isExhausted)
  }

  for (let step = merge.next(); found.length < count && step.kind !== 'end'; step = merge.next()) {
    if (step.kind === 'index') merge.extend(await readIndex())
    else if (step.kind === 'read') await Promise.all(step.lanes.map(fill))
    else if (track(step.row.id, step.lane)) found.push(step.row)
  }
  return { rows: found, isAll: found.length < count, lanes: merge.partitions() }
}

/** Whether each row comes after the previous one: one that does not is in a partition that cannot hold it. */
const tracker = ({ cursor, isUpwards }: Reading, ctx: Context) => {
  let last = cursor
  return (id: MessageId, { bucket }: Lane): boolean => {
    const isInOrder = isUpwards ? id > last : id < last
    if (isInOrder) last = id
    else ctx.log.error({ id, last, bucket }, 'a message is in the wrong partition: left out')
    return isInOrder
  }
}

type LaneRows<Row> = { rows: Row[]; isExhausted: boolean }

/** Reads the lanes where this page most likely begins, beside the index: a right guess saves a round trip. */
const prefetch = <Row extends Identified>(
  reading: Reading,
  count: number,
  select: Select<Row>,
  ctx: Context,
) => {
  const seconds = Math.floor(stampOf(reading.cursor) / 1000)
  const seen = ctx.memory.seen.get(keyOf(reading.dialog)) ?? []
  const guess = seen.find((bucket) => openingOf(bucket).openedAtSeconds <= seconds) ?? GENESIS
  const prefetched = new Map<number, Promise<LaneRows<Row>>>()
  for (const lane of lanesOf(timeBucketOf(guess))) {
    const rows = readLane(reading, lane, count, select)
    // A wrong guess may fail: nobody waits for it.
    rows.catch(() => undefined)
    prefetched.set(lane.bucket, rows)
  }
  return prefetched
}

/** The next rows of a lane: beyond the last one read, at first beyond the page's cursor. */
const readLane = async <Row extends Identified>(
  { dialog, cursor }: Reading,
  { bucket, lanes, readTo }: Lane,
  missing: number,
  select: Select<Row>,
): Promise<LaneRows<Row>> => {
  const limit = rowsToRead(missing, lanes)
  const beyond = (readTo as MessageId | undefined) ?? cursor
  const rows = await allPages((from) => select(dialog, bucket, beyond, limit, from))
  return { rows, isExhausted: rows.length < limit }
}
