/** Describes time buckets and partitions in words. */
import { type MessageId, stampOf, type UserId } from '../../lib/model/ids.ts'
import { type Bucket, GENESIS } from '../../lib/timeline/bucket.ts'
import type { IndexRow, TimeBucket } from '../../lib/timeline/timeline.ts'
import { type Counted, MANY_ROWS } from './partition.ts'

/** What the partitions of a timeline hold. */
export type Rows = 'messages' | 'dialogs'
/** A time bucket with its row of the index; genesis has none. `isInHead`: one of several that are written to. */
export type Inspected = TimeBucket & IndexRow & { isInHead?: boolean }
/** One lane, with the nodes that store it. */
export type Partition = Counted & Pick<TimeBucket, 'bucket'> & { lane: number; replicas: string[] }

const count = (number: number, noun: string) =>
  `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
const time = (unixMs: number) => new Date(unixMs).toISOString()

/** @param nowMs by the database's clock */
export const headText = (title: string, openings: number, nowMs: number): string =>
  `${title}
${openings === 0 ? 'no time bucket but genesis' : `${count(openings, 'time bucket')} and genesis, newest first`}; ` +
  `the database's clock says ${time(nowMs)}`

/** Where a dialog stands in the inbox of one of its two people. */
type Standing = {
  user: UserId
  listed: Bucket | undefined
  lastId: MessageId | undefined
  readUpTo: MessageId | undefined
}

export const sideText = ({ user, listed, lastId, readUpTo }: Standing): string => {
  const row = lastId === undefined ? 'where it has no row' : `under ${time(stampOf(lastId))}`
  const place = listed === undefined ? 'not listed' : `listed in time bucket ${listed}, ${row}`
  return `  inbox of ${user}: ${place}; ${readUpTo ? `read up to ${time(stampOf(readUpTo))}` : 'nothing marked as read'}`
}

export const bucketText = ({
  bucket,
  lanes,
  opensMs,
  endsMs,
  visibleFromMs,
  isInHead,
}: Inspected): string => {
  const visible = visibleFromMs === undefined ? 'no visible_from' : `visible from ${time(visibleFromMs)}`
  const origin = bucket === GENESIS ? 'genesis, without a row' : `opened ${time(opensMs)}, ${visible}`
  const from = bucket === GENESIS ? 'the beginning' : time(opensMs)
  const to = Number.isFinite(endsMs) ? time(endsMs) : 'no end'
  return `\ntime bucket ${bucket}: ${origin}, ${count(lanes, 'lane')}${isInHead ? ', in the head' : ''}\n  covers ${from} .. ${to}`
}

export const partitionText = ({ bucket, lane, rows, stamps, emptiedOfMs, replicas }: Partition): string => {
  const counted = rows > MANY_ROWS ? `more than ${count(MANY_ROWS, 'row')}` : count(rows, 'row')
  const emptied =
    emptiedOfMs === undefined ? '' : `, emptied: all have moved, the newest was of ${time(emptiedOfMs)}`
  const span = stamps ? `, ${time(stamps.oldestMs)} .. ${time(stamps.newestMs)}` : emptied
  return `  lane ${lane}, partition ${bucket}: ${counted}${span}, on ${replicas.join(', ')}`
}

/** @param leftOut newest first */
export const leftOutText = (leftOut: Inspected[]): string => {
  const [newest, oldest] = [leftOut[0]?.opensMs ?? 0, leftOut.at(-1)?.opensMs ?? 0]
  return `\n${count(leftOut.length, 'older time bucket')} left out, opened ${time(oldest)} .. ${time(newest)}`
}

export const odditiesText = (odd: string[]): string =>
  odd.length === 0 ? '\nnothing out of the ordinary' : `\nout of the ordinary:\n  ${odd.join('\n  ')}`
