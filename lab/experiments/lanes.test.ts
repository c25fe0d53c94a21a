import { expect, test } from '@jest/globals'
import { bucketOf } from '../../lib/timeline/bucket.ts'
import { lanesIn } from './stage.ts'

const BEGAN_SECONDS = 1_800_000_000

test('lanes are listed per opening from genesis on, with all partitions so far', () => {
  const opened = [
    [9, 16],
    [2, 4],
  ].map(([after = 0, lanes = 0]) => bucketOf({ openedAtSeconds: BEGAN_SECONDS + after, lanes }))
  expect(lanesIn(opened, BEGAN_SECONDS * 1_000 + 900)).toEqual([
    { atSeconds: 0, lanes: 1, timeBuckets: 1, partitions: 1 },
    { atSeconds: 2, lanes: 4, timeBuckets: 2, partitions: 5 },
    { atSeconds: 9, lanes: 16, timeBuckets: 3, partitions: 21 },
  ])
})
