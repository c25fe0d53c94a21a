/** Merges lanes of several time buckets into one order: what to read, or which row is next (rules 6 and 7). Never waits. */
import { type Bucket, bucketOfLane } from './bucket.ts'
import type { TimeBucket } from './timeline.ts'

type Identified = { id: string }
type Coverage = Pick<TimeBucket, 'opensMs' | 'endsMs'>

/** A part of the index, as a reader gets it. */
export type IndexPart = {
  /** In the order of the merge. */
  timeBuckets: TimeBucket[]
  /** The stamps that time buckets further on in the index can hold. Absent: there are none. */
  beyond?: Coverage | undefined
}

/** A partition that is being read. */
export type Lane = {
  bucket: Bucket
  /** How many partitions share the rows that are missing. */
  lanes: number
  /** The id of the last row that was read. */
  readTo?: string
}

type Step<Row extends Identified> =
  | { kind: 'index' }
  | { kind: 'read'; lanes: Lane[] }
  | { kind: 'row'; row: Row; lane: Lane }
  | { kind: 'end' }

export type Merge<Row extends Identified> = {
  /** The next step; a row is emitted once. After `index` comes a call of `extend`, after `read` one of `fill` per lane. */
  next: () => Step<Row>
  /** Adds the next part of the index. */
  extend: (part: IndexPart) => void
  /** Adds the next rows of a lane, in the order of the merge. @param isExhausted nothing is left in the database */
  fill: (lane: Lane, rows: Row[], isExhausted: boolean) => void
  /** How many partitions have been admitted so far. */
  partitions: () => number
}

export type Direction = {
  comesFirst: (id: string, other: string) => boolean
  /** Whether a time bucket further on can hold an id that comes before an id with this stamp. */
  mayPrecede: (next: Coverage, stampMs: number) => boolean
  /** The stamp before which no row can be emitted. */
  beginsMs: number
}

/** Newest first: an older time bucket matters as soon as an id is not above its end; one without an end, at once. */
export const DOWNWARDS: Direction = {
  comesFirst: (id, other) => id > other,
  mayPrecede: ({ endsMs }, stampMs) => stampMs <= endsMs,
  beginsMs: Number.POSITIVE_INFINITY,
}

/** Oldest first: a newer time bucket matters as soon as an id is not below its opening. */
export const UPWARDS: Direction = {
  comesFirst: (id, other) => id < other,
  mayPrecede: ({ opensMs }, stampMs) => stampMs >= opensMs,
  beginsMs: Number.NEGATIVE_INFINITY,
}

/** The first `taken` of `rows` have been emitted. */
type Source<Row> = Lane & { rows: Row[]; taken: number; isExhausted: boolean }

export const openMerge = <Row extends Identified>(
  { comesFirst, mayPrecede, beginsMs }: Direction,
  stampOf: (row: Row) => number,
): Merge<Row> => {
  const sources: Source<Row>[] = []
  /** Known time buckets whose lanes are not admitted yet. */
  const waiting: TimeBucket[] = []
  let beyond: Coverage | undefined = ANYTHING

  const first = () => {
    let best: Source<Row> | undefined
    for (const source of sources) {
      if (!hasRows(source)) continue
      if (!best || comesFirst(headOf(source).id, headOf(best).id)) best = source
    }
    return best
  }
  /** Whether a row beyond the admitted lanes may come before this one, at first before the stamp where rows begin. */
  const isPreceded = (row?: Row) => {
    const next = waiting[0] ?? beyond
    return next !== undefined && mayPrecede(next, row ? stampOf(row) : beginsMs)
  }
  /** Admits the lanes of the next time bucket; if none is known, the index has to be read further. */
  const admit = () => {
    const timeBucket = waiting.shift()
    if (!timeBucket) return INDEX
    sources.push(...lanesOf(timeBucket).map((lane) => ({ ...lane, rows: [], taken: 0, isExhausted: false })))
    return undefined
  }
  const emit = (source: Source<Row>) => {
    const row = headOf(source)
    source.taken += 1
    return { kind: 'row', row, lane: source } as const
  }
  /** Undefined when lanes were admitted: they have to be looked at first. */
  const tryStep = (): Step<Row> | undefined => {
    if (isPreceded()) return admit()
    if (sources.some(isUnread)) return { kind: 'read', lanes: sources.filter(isUnread) }
    const source = first()
    if (!source) return waiting.length > 0 || beyond ? admit() : END
    return isPreceded(headOf(source)) ? admit() : emit(source)
  }
  return {
    next: () => {
      let step = tryStep()
      while (!step) step = tryStep()
      return step
    },
    extend: (part) => {
      waiting.push(...part.timeBuckets)
      beyond = part.beyond
    },
    fill: (lane, rows, isExhausted) => {
      const source = lane as Source<Row>
      const readTo = rows.at(-1)?.id
      Object.assign(source, { rows, taken: 0, isExhausted, ...(readTo !== undefined && { readTo }) })
    },
    partitions: () => sources.length,
  }
}

/** The coverage beyond an index that has not been read yet. */
const ANYTHING: Coverage = { opensMs: Number.NEGATIVE_INFINITY, endsMs: Number.POSITIVE_INFINITY }
const INDEX = { kind: 'index' } as const
const END = { kind: 'end' } as const

const hasRows = ({ rows, taken }: Source<Identified>) => taken < rows.length
const isUnread = (source: Source<Identified>) => !hasRows(source) && !source.isExhausted
const headOf = <Row>({ rows, taken }: Source<Row>) => rows[taken] as Row

/** The partitions of a time bucket, before anything has been read of them. */
export const lanesOf = ({ bucket, lanes }: TimeBucket): Lane[] => {
  const all: Lane[] = []
  for (let lane = 0; lane < lanes; lane += 1) all.push({ bucket: bucketOfLane(bucket, lane), lanes })
  return all
}

/** Ids spread over lanes at random: a few more than a lane's share avoid most second reads. A single lane has all. */
const SPARE_ROWS = 4
export const rowsToRead = (missing: number, lanes: number): number =>
  lanes === 1 ? missing : Math.ceil(missing / lanes) + SPARE_ROWS
