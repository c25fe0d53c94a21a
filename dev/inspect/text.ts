/** Describes a dialog's time buckets and partitions in words. */
import type { DialogId } from '../../lib/model/ids.ts'
import { GENESIS } from '../../lib/timeline/bucket.ts'
import type { IndexRow, TimeBucket } from '../../lib/timeline/timeline.ts'
import { type Counted, MANY_ROWS } from './partition.ts'

/** A time bucket with its row of the index; genesis has none. */
export type Inspected = TimeBucket & IndexRow
/** One lane, with the nodes that store it. */
export type Partition = Counted & Pick<TimeBucket, 'bucket'> & { lane: number; replicas: string[] }

const count = (number: number, noun: string) =>
  `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
const time = (unixMs: number) => new Date(unixMs).toISOString()

/** @param nowMs by the database's clock */
export const headText = (dialog: DialogId, openings: number, nowMs: number): string =>
  `dialog ${dialog.toString('hex')}
${openings === 0 ? 'no time bucket but genesis' : `${count(openings, 'time bucket')} and genesis, newest first`}; ` +
  `the database's clock says ${time(nowMs)}`

export const bucketText = ({ bucket, lanes, opensMs, endsMs, visibleFromMs }: Inspected): string => {
  const visible = visibleFromMs === undefined ? 'no visible_from' : `visible from ${time(visibleFromMs)}`
  const origin = bucket === GENESIS ? 'genesis, without a row' : `opened ${time(opensMs)}, ${visible}`
  const from = bucket === GENESIS ? 'the beginning' : time(opensMs)
  const to = Number.isFinite(endsMs) ? time(endsMs) : 'no end'
  return `\ntime bucket ${bucket}: ${origin}, ${count(lanes, 'lane')}\n  covers ${from} .. ${to}`
}

export const partitionText = ({ bucket, lane, rows, stamps, replicas }: Partition): string => {
  const counted = rows > MANY_ROWS ? `more than ${count(MANY_ROWS, 'row')}` : count(rows, 'row')
  const span = stamps ? `, ${time(stamps.oldestMs)} .. ${time(stamps.newestMs)}` : ''
  return `  lane ${lane}, partition ${bucket}: ${counted}${span}, on ${replicas.join(', ')}`
}

/** @param leftOut newest first */
export const leftOutText = (leftOut: Inspected[]): string => {
  const [newest, oldest] = [leftOut[0]?.opensMs ?? 0, leftOut.at(-1)?.opensMs ?? 0]
  return `\n${count(leftOut.length, 'older time bucket')} left out, opened ${time(oldest)} .. ${time(newest)}`
}

export const odditiesText = (odd: string[]): string =>
  odd.length === 0 ? '\nnothing out of the ordinary' : `\nout of the ordinary:\n  ${odd.join('\n  ')}`
