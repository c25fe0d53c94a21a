import { expect, test } from '@jest/globals'
import { dialogIdOf, type UserId } from '../model/ids.ts'
import { bucketOf, bucketOfLane, GENESIS } from '../timeline/bucket.ts'
import { bucketsTable } from './buckets.ts'
import type { Execute } from './scylla/statement.ts'

const dialog = dialogIdOf('alice' as UserId, 'bob' as UserId)
const newest = (bucket: number | null) => {
  const execute = (async () => ({ rows: [{ bucket, visible_from: null }] })) as unknown as Execute
  return bucketsTable.newestBucket(execute, dialog)
}
const opening = bucketOf({ openedAtSeconds: 1_800_000_000, lanes: 4 })

test('an index row has the number of a time bucket', async () => {
  expect(await newest(opening)).toEqual({ rows: [{ bucket: opening }] })
})

test.each([null, GENESIS])(
  'a partition without openings, which later versions give static columns, has no index row: %s',
  async (bucket) => {
    expect(await newest(bucket)).toEqual({ rows: [] })
  },
)

test.each([bucketOfLane(opening, 3), opening + 4, -1, 1])(
  'a number that no time bucket can have, %d, is refused: wherever it was sorted in, it would hide messages',
  async (number) => {
    await expect(newest(number)).rejects.toMatchObject({ kind: 'database_unavailable' })
  },
)
