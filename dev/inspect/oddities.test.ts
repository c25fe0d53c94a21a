import { describe, expect, test } from '@jest/globals'
import { bucketOf } from '../../lib/timeline/bucket.ts'
import { timeBucketOf } from '../../lib/timeline/timeline.ts'
import { oddNewest, oddPartition } from './oddities.ts'

const NOW_MS = 1_800_000_000_000
const opened = (inSeconds: number, endsMs?: number) =>
  timeBucketOf(bucketOf({ openedAtSeconds: NOW_MS / 1000 + inSeconds, lanes: 2 }), endsMs)

describe('of the newest time bucket', () => {
  test('a row that is visible to all, opened up to half a second ahead, is ordinary', () => {
    expect(oddNewest({ ...opened(0), visibleFromMs: NOW_MS }, NOW_MS)).toEqual([])
    expect(oddNewest({ ...opened(1), visibleFromMs: NOW_MS + 1000 }, NOW_MS + 500)).toEqual([])
    expect(oddNewest(undefined, NOW_MS)).toEqual([])
  })

  test('a row without visible_from is reported', () => {
    const timeBucket = opened(-5)
    expect(oddNewest(timeBucket, NOW_MS)).toEqual([
      `time bucket ${timeBucket.bucket}, the newest, has no visible_from: being opened, or that failed; a send sets it`,
    ])
  })

  test('of an inbox, dialogs move to another one meanwhile', () => {
    expect(oddNewest(opened(-5), NOW_MS, 'dialogs')).toEqual([
      expect.stringMatching(/has no visible_from: .*; dialogs move to the newest one that has it$/),
    ])
  })

  test('an opening in the future is reported, with how long it stops senders', () => {
    const timeBucket = { ...opened(90), visibleFromMs: NOW_MS }
    expect(oddNewest(timeBucket, NOW_MS + 1)).toEqual([
      `time bucket ${timeBucket.bucket} opens in 90 s, by a clock that was ahead: no send before that (503)`,
    ])
    expect(oddNewest({ ...opened(1), visibleFromMs: NOW_MS }, NOW_MS + 499)).toHaveLength(1)
  })
})

describe('of a partition', () => {
  const timeBucket = opened(0, NOW_MS + 60_000)
  const odd = (rows: number, oldestMs = NOW_MS, newestMs = NOW_MS + 60_000) =>
    oddPartition(
      { bucket: timeBucket.bucket, lane: 0, rows, stamps: { oldestMs, newestMs }, replicas: [] },
      timeBucket,
    )

  test('up to 100,000 rows within its coverage, both ends included, are ordinary', () => {
    expect(odd(100_000)).toEqual([])
  })

  test('more rows are reported', () => {
    expect(odd(100_001)).toEqual([`partition ${timeBucket.bucket} has more than 100,000 rows`])
  })

  test('a message stamped before the opening, or after the end, is reported', () => {
    const outside = `partition ${timeBucket.bucket} has messages outside of what its time bucket covers: lists may leave them out`
    expect(odd(2, NOW_MS - 1)).toEqual([outside])
    expect(odd(2, NOW_MS, NOW_MS + 60_001)).toEqual([outside])
  })

  test('of an inbox, those that pages read whole must be smaller', () => {
    const oneLane = timeBucketOf(bucketOf({ openedAtSeconds: NOW_MS / 1000, lanes: 1 }))
    const oddDialogs = (rows: number, inspected = oneLane) =>
      oddPartition({ bucket: inspected.bucket, lane: 0, rows, replicas: [] }, inspected, 'dialogs')
    expect(oddDialogs(2_560)).toEqual([])
    expect(oddDialogs(2_561)).toEqual([
      `partition ${oneLane.bucket} has more than 2,560 rows, which pages read whole`,
    ])
    expect(oddDialogs(100_000, timeBucket)).toEqual([])
    expect(oddDialogs(100_001, timeBucket)).toHaveLength(1)
  })
})
