/** Lanes of several time buckets -> one order: what to read next, or what comes next (rules 6 and 7). Waits for nothing. */
import { type Bucket, bucketOfLane } from './bucket.ts'
import type { TimeBucket } from './timeline.ts'

type Identified = { id: string }
type Coverage = Pick<TimeBucket, 'opensMs' | 'endsMs'>

/** A part of the index, as a reader finds it. */
export type IndexPart = {
  /** In the order of the merge. */
  timeBuckets: TimeBucket[]
  /** The index goes on beyond them: which stamps what comes there can hold. Absent: it does not. */
  beyond?: Coverage | undefined
}

/** A partition that is being read. */
export type Lane = {
  bucket: Bucket
  /** How many partitions share what is missing. */
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
  /** What to do now; a row is given out once. After `index` comes a call of `extend`, after `read` one of `fill` for each lane. */
  next: () => Step<Row>
  /** The index, read on. */
  extend: (part: IndexPart) => void
  /** Rows of a lane, read on in the order of the merge. @param isExhausted nothing is left in the database */
  fill: (lane: Lane, rows: Row[], isExhausted: boolean) => void
  /** How many partitions take part so far. */
  partitions: () => number
}

export type Direction = {
  comesFirst: (id: string, other: string) => boolean
  /** Whether a time bucket further on can hold an id that comes before one of this stamp. */
  mayPrecede: (next: Coverage, stampMs: number) => boolean
  /** The stamp before which nothing can be given out at all. */
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

/** `taken` of `rows` have been given out. */
type Source<Row> = Lane & { rows: Row[]; taken: number; isExhausted: boolean }

export const openMerge = <Row extends Identified>(
  { comesFirst, mayPrecede, beginsMs }: Direction,
  stampOf: (row: Row) => number,
): Merge<Row> => {
  const sources: Source<Row>[] = []
  /** Known time buckets whose lanes do not take part yet. */
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
  /** Whether anything beyond the lanes that take part may come before this stamp. */
  const isPreceded = (stampMs: number) => {
    const next = waiting[0] ?? beyond
    return next !== undefined && mayPrecede(next, stampMs)
  }
  /** The lanes of the next time bucket take part from now on; none is known: the index has to be read on. */
  const admit = () => {
    const timeBucket = waiting.shift()
    if (!timeBucket) return INDEX
    sources.push(...lanesOf(timeBucket).map((lane) => ({ ...lane, rows: [], taken: 0, isExhausted: false })))
    return undefined
  }
  const give = (source: Source<Row>) => {
    const row = headOf(source)
    source.taken += 1
    return { kind: 'row', row, lane: source } as const
  }
  /** Nothing when lanes were admitted, and have to be looked at. */
  const look = (): Step<Row> | undefined => {
    if (isPreceded(beginsMs)) return admit()
    if (sources.some(isUnread)) return { kind: 'read', lanes: sources.filter(isUnread) }
    const source = first()
    if (!source) return waiting.length > 0 || beyond ? admit() : END
    return isPreceded(stampOf(headOf(source))) ? admit() : give(source)
  }
  return {
    next: () => {
      let step = look()
      while (!step) step = look()
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

/** Of an index that nobody has read yet. */
const ANYTHING: Coverage = { opensMs: Number.NEGATIVE_INFINITY, endsMs: Number.POSITIVE_INFINITY }
const INDEX = { kind: 'index' } as const
const END = { kind: 'end' } as const

const hasRows = ({ rows, taken }: Source<Identified>) => taken < rows.length
const isUnread = (source: Source<Identified>) => !hasRows(source) && !source.isExhausted
const headOf = <Row>({ rows, taken }: Source<Row>) => rows[taken] as Row

/** The partitions of a time bucket, of which nothing is read yet. */
export const lanesOf = ({ bucket, lanes }: TimeBucket): Lane[] =>
  Array.from({ length: lanes }, (_, lane) => ({ bucket: bucketOfLane(bucket, lane), lanes }))

/** Ids spread over lanes by chance: a few more than a lane's share spare most second reads. One lane has it all. */
const SPARE_ROWS = 4
export const rowsToRead = (missing: number, lanes: number): number =>
  lanes === 1 ? missing : Math.ceil(missing / lanes) + SPARE_ROWS
