import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Bucket, bucketOf, laneOf } from './bucket.ts'
import {
  type Direction,
  DOWNWARDS,
  drawIn,
  type Lane,
  type Merge,
  nextStep,
  rowsToRead,
  type Step,
  UPWARDS,
} from './merge.ts'
import type { TimeBucket } from './timeline.ts'

type Row = { id: string }
const stampOf = ({ id }: Row) => Number(id.slice(0, 6))
/** What is in the database: a partition's rows, by its number. */
type Partitions = Map<Bucket, Row[]>

/** Time buckets whose coverages overlap, newest first, and ids anywhere in them, ends included. */
const dialogs = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 9 }),
      lanes: fc.constantFrom(1, 2, 4),
      grace: fc.nat({ max: 4_000 }),
    }),
    { maxLength: 6 },
  )
  .chain((openings) => {
    let seconds = 0
    const timeline: TimeBucket[] = []
    for (const { gap, lanes, grace } of [{ gap: 0, lanes: 1, grace: 0 }, ...openings]) {
      seconds += gap
      const endOfOlder = seconds * 1000 + grace
      for (const older of timeline) older.endsMs = Math.min(older.endsMs, endOfOlder)
      timeline.unshift({
        bucket: bucketOf({ openedAtSeconds: seconds, lanes }),
        lanes,
        opensMs: seconds * 1000,
        endsMs: Infinity,
      })
    }
    const rowsIn = ({ opensMs, endsMs }: TimeBucket) =>
      fc.array(
        fc.tuple(
          fc.integer({ min: opensMs, max: Math.min(endsMs, opensMs + 12_000) }),
          fc.nat({ max: 999 }),
          fc.nat({ max: 3 }),
        ),
        { maxLength: 12 },
      )
    return fc.tuple(fc.constant(timeline), fc.tuple(...timeline.map(rowsIn)))
  })
  .map(([timeline, ids]) => {
    const partitions: Partitions = new Map()
    const seen = new Set<string>()
    timeline.forEach(({ bucket, lanes }, index) => {
      for (const [stamp, salt, lane] of ids[index] ?? []) {
        const id = `${String(stamp).padStart(6, '0')}-${salt}`
        if (seen.has(id)) continue
        seen.add(id)
        const partition = laneOf(bucket, lane % lanes)
        partitions.set(partition, [...(partitions.get(partition) ?? []), { id }])
      }
    })
    return { timeline, partitions, all: [...seen].sort() }
  })

/** Up to `size` rows of a partition that come after an id. */
const read = (
  partitions: Partitions,
  { comesFirst }: Direction,
  size: number,
  lane: Lane<Row>,
  after?: string,
) => {
  const rows = (partitions.get(lane.bucket) ?? [])
    .filter(({ id }) => after === undefined || comesFirst(after, id))
    .sort((a, b) => (comesFirst(a.id, b.id) ? -1 : 1))
  lane.rows.push(...rows.slice(0, size))
  lane.isExhausted = rows.length <= size
}

/** An index read `known` time buckets at a time. */
const indexOf = (order: TimeBucket[], known: number) => {
  let indexed = 0
  return (merge: Merge<Row>) => {
    merge.waiting.push(...order.slice(indexed, indexed + known))
    indexed += known
    merge.unread = order[indexed]
  }
}

/** Drives the merge as a reader does, with reads of `size` rows. */
const run = (
  order: TimeBucket[],
  partitions: Partitions,
  direction: Direction,
  size: number,
  known: number,
) => {
  const merge: Merge<Row> = { lanes: [], waiting: [] }
  const emitted: string[] = []
  const last = new Map<Bucket, string>()
  const readIndex = indexOf(order, known)
  readIndex(merge)
  const take: Record<Step<Row>['kind'], (step: never) => void> = {
    index: () => readIndex(merge),
    draw: () => drawIn(merge),
    read: ({ lanes }: { lanes: Lane<Row>[] }) => {
      for (const lane of lanes) read(partitions, direction, size, lane, last.get(lane.bucket))
    },
    emit: ({ lane, row }: { lane: Lane<Row>; row: Row }) => {
      emitted.push(row.id)
      last.set(lane.bucket, row.id)
      lane.rows.shift()
    },
    end: () => undefined,
  }
  for (;;) {
    const step = nextStep(merge, direction, stampOf)
    if (step.kind === 'end') return emitted
    take[step.kind](step as never)
  }
}

const sizes = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 7 }))

describe('a merge of all lanes of all time buckets emits every id once, in order,', () => {
  test('downwards', () => {
    fc.assert(
      fc.property(dialogs, sizes, ({ timeline, partitions, all }, [size, known]) => {
        expect(run(timeline, partitions, DOWNWARDS, size, known)).toEqual(all.toReversed())
      }),
    )
  })

  test('upwards', () => {
    fc.assert(
      fc.property(dialogs, sizes, ({ timeline, partitions, all }, [size, known]) => {
        expect(run(timeline.toReversed(), partitions, UPWARDS, size, known)).toEqual(all)
      }),
    )
  })
})

describe('a merge draws in no more than it must:', () => {
  const at = (seconds: number, endsMs: number): TimeBucket => ({
    bucket: bucketOf({ openedAtSeconds: seconds, lanes: 1 }),
    lanes: 1,
    opensMs: seconds * 1000,
    endsMs,
  })
  const [newer, older] = [at(10, Infinity), at(5, 11_501)]
  const merge = (id: string, next: TimeBucket): Merge<Row> => ({
    lanes: [{ bucket: newer.bucket, lanes: 1, rows: [{ id }], isExhausted: false }],
    waiting: [next],
  })

  test('downwards, the next older one only at the end of its coverage, inclusive', () => {
    expect(nextStep(merge('011502-0', older), DOWNWARDS, stampOf).kind).toBe('emit')
    expect(nextStep(merge('011501-0', older), DOWNWARDS, stampOf).kind).toBe('draw')
  })

  test('upwards, the next newer one only at its opening, inclusive', () => {
    expect(nextStep(merge('009999-0', newer), UPWARDS, stampOf).kind).toBe('emit')
    expect(nextStep(merge('010000-0', newer), UPWARDS, stampOf).kind).toBe('draw')
  })

  test('one without an end at once, before anything is read', () => {
    const unread = {
      lanes: [{ bucket: newer.bucket, lanes: 1, rows: [], isExhausted: false }],
      waiting: [at(5, Infinity)],
    }
    expect(nextStep(unread, DOWNWARDS, stampOf).kind).toBe('draw')
  })
})

test('a lane is asked for its share of what is missing, and a little more; a single one for all of it', () => {
  expect([rowsToRead(51, 1), rowsToRead(51, 4), rowsToRead(1, 64)]).toEqual([51, 17, 5])
})
