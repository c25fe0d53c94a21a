/** Lanes of several time buckets -> one order: what to draw in, read, or emit next. It waits for nothing (rules 6, 7). */
import { type Bucket, laneOf } from './bucket.ts'
import type { TimeBucket } from './timeline.ts'

type Identified = { id: string }
type Coverage = Pick<TimeBucket, 'opensMs' | 'endsMs'>
/** A partition that is being read: `rows` are read and not yet emitted, in the merge's order. */
export type Lane<Row extends Identified> = {
  bucket: Bucket
  /** How many partitions share what is missing. */
  lanes: number
  rows: Row[]
  /** The id of the last row that was read. */
  readTo?: string | undefined
  /** Nothing is left in the database but `rows`. */
  isExhausted: boolean
}

export type Merge<Row extends Identified> = {
  lanes: Lane<Row>[]
  /** Known time buckets that are not drawn in yet, in the order of drawing in. */
  waiting: TimeBucket[]
  /** The index goes on beyond `waiting`: which stamps what comes there can hold. Absent: it does not. */
  unread?: Coverage | undefined
}

export type Step<Row extends Identified> =
  | { kind: 'index' }
  | { kind: 'draw' }
  | { kind: 'read'; lanes: Lane<Row>[] }
  | { kind: 'emit'; lane: Lane<Row>; row: Row }
  | { kind: 'end' }

export type Direction = {
  comesFirst: (id: string, other: string) => boolean
  /** Whether a time bucket further on can hold an id that comes before one of this stamp. */
  mayPrecede: (next: Coverage, stampMs: number) => boolean
  /** The stamp before which nothing can be emitted at all. */
  beginsMs: number
}

/** Newest first: an older bucket matters as soon as an id is not above its end; one without an end, at once. */
export const DOWNWARDS: Direction = {
  comesFirst: (id, other) => id > other,
  mayPrecede: ({ endsMs }, stampMs) => stampMs <= endsMs,
  beginsMs: Number.POSITIVE_INFINITY,
}

/** Oldest first: a newer bucket matters as soon as an id is not below its opening. */
export const UPWARDS: Direction = {
  comesFirst: (id, other) => id < other,
  mayPrecede: ({ opensMs }, stampMs) => stampMs >= opensMs,
  beginsMs: Number.NEGATIVE_INFINITY,
}

export const nextStep = <Row extends Identified>(
  merge: Merge<Row>,
  { comesFirst, mayPrecede, beginsMs }: Direction,
  stampOf: (row: Row) => number,
): Step<Row> => {
  const timeBucket = merge.waiting[0]
  const next = timeBucket ?? merge.unread
  const goOn = timeBucket ? DRAW : INDEX
  if (next && mayPrecede(next, beginsMs)) return goOn
  if (merge.lanes.some(isUnread)) return { kind: 'read', lanes: merge.lanes.filter(isUnread) }
  const first = firstOf(merge.lanes, comesFirst)
  if (next && (!first || mayPrecede(next, stampOf(first.row)))) return goOn
  return first ?? END
}

const DRAW = { kind: 'draw' } as const
const INDEX = { kind: 'index' } as const
const END = { kind: 'end' } as const

const isUnread = ({ rows, isExhausted }: Lane<Identified>) => rows.length === 0 && !isExhausted

const firstOf = <Row extends Identified>(lanes: Lane<Row>[], comesFirst: Direction['comesFirst']) => {
  let first: { kind: 'emit'; lane: Lane<Row>; row: Row } | undefined
  for (const lane of lanes) {
    const row = lane.rows[0]
    if (row && (!first || comesFirst(row.id, first.row.id))) first = { kind: 'emit', lane, row }
  }
  return first
}

/** Draws in the next of the waiting time buckets: its lanes take part from now on. */
export const drawIn = <Row extends Identified>(merge: Merge<Row>): void => {
  const [next] = merge.waiting.splice(0, 1)
  if (next) merge.lanes.push(...lanesOf<Row>(next))
}

const lanesOf = <Row extends Identified>({ bucket, lanes }: TimeBucket): Lane<Row>[] =>
  Array.from({ length: lanes }, (_, lane) => ({
    bucket: laneOf(bucket, lane),
    lanes,
    rows: [],
    isExhausted: false,
  }))

/** Ids spread over lanes by chance: a few more than a lane's share spare most second reads. One lane has it all. */
const SPARE_ROWS = 4
export const rowsToRead = (missing: number, lanes: number): number =>
  lanes === 1 ? missing : Math.ceil(missing / lanes) + SPARE_ROWS
