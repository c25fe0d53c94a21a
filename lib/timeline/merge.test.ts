import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Bucket, bucketOf, bucketOfLane } from './bucket.ts'
import { type Direction, DOWNWARDS, type Lane, type Merge, openMerge, rowsToRead, UPWARDS } from './merge.ts'
import type { TimeBucket } from './timeline.ts'

type Row = { id: string }
const stampOf = ({ id }: Row) => Number(id.slice(0, 6))
/** The database: the rows of each partition, by its number. */
type Partitions = Map<Bucket, Row[]>

/** Time buckets whose coverages overlap, newest first, and ids anywhere in them, ends included. */
const timelines = fc
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
        const partition = bucketOfLane(bucket, lane % lanes)
        partitions.set(partition, [...(partitions.get(partition) ?? []), { id }])
      }
    })
    return { timeline, partitions, all: [...seen].sort() }
  })

/** Reads the next rows of a lane, up to `size`. */
const read = (
  merge: Merge<Row>,
  partitions: Partitions,
  { comesFirst }: Direction,
  size: number,
  lane: Lane,
) => {
  const { bucket, readTo } = lane
  const rows = (partitions.get(bucket) ?? [])
    .filter(({ id }) => readTo === undefined || comesFirst(readTo, id))
    .sort((a, b) => (comesFirst(a.id, b.id) ? -1 : 1))
  merge.fill(lane, rows.slice(0, size), rows.length <= size)
}

/** An index that is read `known` time buckets at a time. */
const indexOf = (order: TimeBucket[], known: number) => {
  let indexed = 0
  return () => {
    const timeBuckets = order.slice(indexed, indexed + known)
    indexed += known
    return { timeBuckets, beyond: order[indexed] }
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
  const merge = openMerge(direction, stampOf)
  const emitted: string[] = []
  const readIndex = indexOf(order, known)
  for (let step = merge.next(); step.kind !== 'end'; step = merge.next()) {
    if (step.kind === 'index') merge.extend(readIndex())
    else if (step.kind === 'row') emitted.push(step.row.id)
    else for (const lane of step.lanes) read(merge, partitions, direction, size, lane)
  }
  return emitted
}

const sizes = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 7 }))

describe('a merge of all lanes of all time buckets emits every id once, in order,', () => {
  test('downwards', () => {
    fc.assert(
      fc.property(timelines, sizes, ({ timeline, partitions, all }, [size, known]) => {
        expect(run(timeline, partitions, DOWNWARDS, size, known)).toEqual(all.toReversed())
      }),
    )
  })

  test('upwards', () => {
    fc.assert(
      fc.property(timelines, sizes, ({ timeline, partitions, all }, [size, known]) => {
        expect(run(timeline.toReversed(), partitions, UPWARDS, size, known)).toEqual(all)
      }),
    )
  })
})

describe('a merge admits no more lanes than it must:', () => {
  const at = (seconds: number, endsMs: number): TimeBucket => ({
    bucket: bucketOf({ openedAtSeconds: seconds, lanes: 1 }),
    lanes: 1,
    opensMs: seconds * 1000,
    endsMs,
  })
  const [newer, older] = [at(10, Infinity), at(5, 11_501)]
  /** The step after the lane of the first time bucket was read and turned out to hold this id. */
  const stepAfter = (id: string, direction: Direction, ...order: TimeBucket[]) => {
    const merge = openMerge(direction, stampOf)
    merge.extend({ timeBuckets: order })
    const step = merge.next()
    if (step.kind !== 'read') throw new Error(step.kind)
    for (const lane of step.lanes) merge.fill(lane, [{ id }], false)
    return merge.next().kind
  }

  test('downwards, the next older one only at the end of its coverage, inclusive', () => {
    expect(stepAfter('011502-0', DOWNWARDS, newer, older)).toBe('row')
    expect(stepAfter('011501-0', DOWNWARDS, newer, older)).toBe('read')
  })

  test('upwards, the next newer one only at its opening, inclusive', () => {
    expect(stepAfter('009999-0', UPWARDS, older, newer)).toBe('row')
    expect(stepAfter('010000-0', UPWARDS, older, newer)).toBe('read')
  })

  test('one without an end is admitted at once, before anything is read', () => {
    const merge = openMerge(DOWNWARDS, stampOf)
    merge.extend({ timeBuckets: [newer, at(5, Infinity)] })
    expect(merge.next()).toMatchObject({ kind: 'read', lanes: [{}, {}] })
    expect(merge.partitions()).toBe(2)
  })

  test('the index is read first, and again for what may come before a row', () => {
    const merge = openMerge(DOWNWARDS, stampOf)
    expect(merge.next().kind).toBe('index')
    merge.extend({ timeBuckets: [newer], beyond: older })
    const step = merge.next()
    if (step.kind === 'read') for (const lane of step.lanes) merge.fill(lane, [{ id: '011501-0' }], true)
    expect(merge.next().kind).toBe('index')
  })
})

test('a lane is asked for its share of the missing rows and a few more, a single lane for all of them', () => {
  expect([rowsToRead(51, 1), rowsToRead(51, 4), rowsToRead(1, 64)]).toEqual([51, 17, 5])
})
