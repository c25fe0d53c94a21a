/** The index of a page: the time buckets that it has to look into, read only as far as the page needs. */
import type { Context } from '../context.ts'
import { type MessageId, type OwnerId, stampOf } from '../model/ids.ts'
import { type Bucket, lastBucketOf } from '../timeline/bucket.ts'
import type { IndexPart } from '../timeline/merge.ts'
import {
  endOf,
  endsFor,
  GENESIS_ROW,
  type IndexRow,
  timeBucketOf,
  timelineOf,
  withRow,
} from '../timeline/timeline.ts'
import { remember } from './memory.ts'
import { allPages } from './pages.ts'

/** Whose index, and the cursor beyond which ids are looked for. */
type Reading = { owner: OwnerId; cursor: MessageId }

/** A page seldom spans more time buckets than this; an index row is about 30 bytes. */
const ROWS = 16

/** Each call returns the next part. */
type ReadIndex = () => Promise<IndexPart>

/**
 * Rule 6: from the newest time bucket opened at or before the cursor, down to genesis.
 * @param head how many of the newest time buckets writers write into
 */
export const indexDownwards = (reading: Reading, ctx: Context, head = 1): ReadIndex => {
  let newer = endsFor(head)
  const readNext = rowsDownwards(reading, ctx)
  return async () => {
    const { rows, isAll } = await readNext()
    const timeBuckets = timelineOf(rows, newer)
    newer = rows.reduce(withRow, newer)
    return { timeBuckets, beyond: isAll ? undefined : { opensMs: 0, endsMs: endOf(newer) } }
  }
}

/**
 * Rule 7: from the oldest time bucket that can hold an id beyond the cursor, up to the newest.
 * @param head how many of the newest time buckets writers write into
 */
export const indexUpwards = (reading: Reading, ctx: Context, head = 1): ReadIndex => {
  const readNext = rowsUpwards(reading, ctx)
  let isFirst = true
  return async () => {
    const reads = [isFirst ? coveringCursor(reading, ctx, head) : [], readNext()] as const
    isFirst = false
    const [older, { rows, isAll }] = await Promise.all(reads)
    const newer = rows.map(({ bucket }) => timeBucketOf(bucket))
    return { timeBuckets: [...older, ...newer], beyond: isAll ? undefined : newer.at(-1) }
  }
}

/** The time buckets opened at or before the cursor whose coverage does not end before it, oldest first. */
const coveringCursor = async (reading: Reading, ctx: Context, head: number) => {
  const stampMs = stampOf(reading.cursor)
  const readNext = rowsDownwards(reading, ctx)
  const rows: IndexRow[] = []
  for (let ends = endsFor(head); endOf(ends) >= stampMs; ) {
    const { rows: more, isAll } = await readNext()
    rows.push(...more)
    if (isAll) break
    ends = more.reduce(withRow, ends)
  }
  return timelineOf(rows, endsFor(head))
    .filter(({ endsMs }) => endsMs >= stampMs)
    .reverse()
}

type ReadRows = () => Promise<{ rows: IndexRow[]; isAll: boolean }>

/** The last one is genesis, which has no row in the database. */
const rowsDownwards = ({ owner, cursor }: Reading, ctx: Context): ReadRows => {
  let upTo = lastBucketOf(Math.floor(stampOf(cursor) / 1000))
  return async () => {
    const rows = await remembered(owner, ctx, (from) => ctx.store.bucketsUpTo(owner, upTo, ROWS, from))
    const last = rows.at(-1)
    if (!last || rows.length < ROWS) return { rows: [...rows, GENESIS_ROW], isAll: true }
    upTo = (last.bucket - 1) as Bucket
    return { rows, isAll: false }
  }
}

const rowsUpwards = ({ owner, cursor }: Reading, ctx: Context): ReadRows => {
  let above = lastBucketOf(Math.floor(stampOf(cursor) / 1000))
  return async () => {
    const rows = await remembered(owner, ctx, (from) => ctx.store.bucketsAbove(owner, above, ROWS, from))
    above = rows.at(-1)?.bucket ?? above
    return { rows, isAll: rows.length < ROWS }
  }
}

const remembered = async (
  owner: OwnerId,
  { memory }: Context,
  read: Parameters<typeof allPages<IndexRow>>[0],
) => {
  const rows = await allPages(read)
  const buckets = rows.map(({ bucket }) => bucket)
  remember(memory, owner, buckets)
  return rows
}
