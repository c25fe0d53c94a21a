/** Drives the merge: reads what it asks for, index and lanes, until a page is full or a dialog ends (rules 6 to 8). */
import type { Context } from '../context.ts'
import { GENESIS, openingOf } from '../timeline/bucket.ts'
import {
  DOWNWARDS,
  drawIn,
  type Lane,
  type Merge,
  nextStep,
  rowsToRead,
  type Step,
  UPWARDS,
} from '../timeline/merge.ts'
import { timeBucketOf } from '../timeline/timeline.ts'
import { type MessageId, stampOf } from './ids.ts'
import { indexDownwards, indexUpwards, type Reading } from './index-read.ts'
import { keyOf } from './memory.ts'
import type { Message } from './message.ts'
import { allPages } from './pages.ts'

/** `isAll`: there is nothing beyond these messages; `lanes`: how many partitions were read for them. */
export type Found = { messages: Message[]; isAll: boolean; lanes: number }

/** Up to `count` messages beyond the cursor, the nearest first. */
export const read = async (reading: Reading, count: number, ctx: Context): Promise<Found> => {
  const merge: Merge<Message> = { lanes: [], waiting: [] }
  const messages: Message[] = []
  const guessed = readGuess(reading, count, ctx)
  const readIndex = (reading.isUpwards ? indexUpwards : indexDownwards)(reading, merge, ctx)
  const fill = async (lane: Lane<Message>) => {
    const ahead = lane.readTo ? undefined : guessed.get(lane.bucket)
    const { rows, isExhausted } = await (ahead ?? readLane(reading, lane, count - messages.length, ctx))
    Object.assign(lane, { rows, isExhausted, readTo: rows.at(-1)?.id })
  }
  const take = async (step: Step<Message>) => {
    if (step.kind === 'index') await readIndex()
    else if (step.kind === 'draw') drawIn(merge)
    else if (step.kind === 'read') await Promise.all(step.lanes.map(fill))
  }
  const next = () => nextStep(merge, reading.isUpwards ? UPWARDS : DOWNWARDS, ({ id }) => stampOf(id))

  await readIndex()
  for (let step = next(); messages.length < count && step.kind !== 'end'; step = next()) {
    if (step.kind === 'emit') emit(step, messages, reading, ctx)
    else await take(step)
  }
  return { messages, isAll: messages.length < count, lanes: merge.lanes.length }
}

const emit = (
  { lane, row }: { lane: Lane<Message>; row: Message },
  messages: Message[],
  { cursor, isUpwards }: Reading,
  ctx: Context,
) => {
  lane.rows.shift()
  const last = messages.at(-1)?.id ?? cursor
  if (isUpwards ? row.id > last : row.id < last) messages.push(row)
  else ctx.log.error({ id: row.id, last, bucket: lane.bucket }, 'a message is not in its bucket: left out')
}

type LaneRows = { rows: Message[]; isExhausted: boolean }

/** The lanes in which this page most likely begins, read beside the index: right, it spares a round trip. */
const readGuess = (reading: Reading, count: number, ctx: Context) => {
  const seconds = Math.floor(stampOf(reading.cursor) / 1000)
  const seen = ctx.memory.seen.get(keyOf(reading.dialog)) ?? []
  const guess = seen.find((bucket) => openingOf(bucket).openedAtSeconds <= seconds) ?? GENESIS
  const merge: Merge<Message> = { lanes: [], waiting: [timeBucketOf(guess)] }
  drawIn(merge)
  const guessed = new Map<number, Promise<LaneRows>>()
  for (const lane of merge.lanes) {
    const rows = readLane(reading, lane, count, ctx)
    // A guess that was wrong may fail: nobody waits for it.
    rows.catch(() => undefined)
    guessed.set(lane.bucket, rows)
  }
  return guessed
}

/** What a lane has beyond what was read of it; beyond the page's cursor at first. */
const readLane = async (
  { dialog, cursor, isUpwards }: Reading,
  { bucket, lanes, readTo }: Lane<Message>,
  missing: number,
  { store }: Context,
): Promise<LaneRows> => {
  const limit = rowsToRead(missing, lanes)
  const select = isUpwards ? store.messagesAfter : store.messagesBefore
  const beyond = (readTo as MessageId | undefined) ?? cursor
  const rows = await allPages((from) => select(dialog, bucket, beyond, limit, from))
  return { rows, isExhausted: rows.length < limit }
}
