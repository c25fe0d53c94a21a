import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Bucket, bucketOf } from './bucket.ts'
import { endsFor, GENESIS_ROW, type IndexRow, timelineOf, withRow } from './timeline.ts'

const at = (seconds: number): Bucket => bucketOf({ openedAtSeconds: seconds, lanes: 1 })
const rows: fc.Arbitrary<IndexRow[]> = fc
  .uniqueArray(fc.integer({ min: 1, max: 40 }))
  .chain((seconds) =>
    fc.tuple(
      ...seconds
        .sort((a, b) => b - a)
        .map((second) =>
          fc
            .option(fc.integer({ min: second * 1000, max: second * 1000 + 9_000 }), { nil: undefined })
            .map((visibleFromMs) => ({ bucket: at(second), ...(visibleFromMs && { visibleFromMs }) })),
        ),
    ),
  )

test('the newest time bucket has no end, nor has one whose newer rows are not known to be visible', () => {
  const timeline = timelineOf([{ bucket: at(9) }, { bucket: at(5), visibleFromMs: 5_200 }, GENESIS_ROW])
  expect(timeline.map(({ endsMs }) => endsMs)).toEqual([Infinity, Infinity, 5_200 + 1_501])
  expect(timeline.map(({ opensMs }) => opensMs)).toEqual([9_000, 5_000, 0])
})

test('a time bucket ends by the earliest visible_from of all newer ones, not by that of the next', () => {
  const timeline = timelineOf([
    { bucket: at(9), visibleFromMs: 9_000 },
    { bucket: at(5), visibleFromMs: 60_000 },
    GENESIS_ROW,
  ])
  expect(timeline.map(({ endsMs }) => endsMs)).toEqual([Infinity, 10_501, 10_501])
})

test('ends never decrease from older to newer', () => {
  fc.assert(
    fc.property(rows, (newestFirst) => {
      const ends = timelineOf(newestFirst).map(({ endsMs }) => endsMs)
      expect(ends).toEqual([...ends].sort((a, b) => b - a))
    }),
  )
})

test('a timeline read in parts is the same; without its newer part, time buckets only end later', () => {
  fc.assert(
    fc.property(rows, fc.nat(), (all, cut) => {
      const [newer, older] = [all.slice(0, cut), all.slice(cut)]
      const whole = timelineOf(all)
      expect([...timelineOf(newer), ...timelineOf(older, newer.reduce(withRow, endsFor(1)))]).toEqual(whole)
      const alone = timelineOf(older).map(({ endsMs }) => endsMs)
      for (const [index, { endsMs }] of whole.slice(newer.length).entries()) {
        expect(alone[index]).toBeGreaterThanOrEqual(endsMs)
      }
    }),
  )
})

test('with a head of several, a time bucket ends when as many newer ones were visible, in whatever order they became so', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 5 }), (newestFirst, head) => {
      const ends = timelineOf(newestFirst, endsFor(head)).map(({ endsMs }) => endsMs)
      const expected = newestFirst.map((_, index) => {
        const visible = newestFirst.slice(0, index).flatMap(({ visibleFromMs }) => visibleFromMs ?? [])
        return (visible.sort((a, b) => a - b)[head - 1] ?? Number.POSITIVE_INFINITY) + 1_501
      })
      expect(ends).toEqual(expected)
    }),
  )
})
