import { expect, test } from '@jest/globals'
import { dialogIdOf, messageIdAt, type UserId } from '../../lib/model/ids.ts'
import type { Execute } from '../../lib/store/scylla/statement.ts'
import { GENESIS } from '../../lib/timeline/bucket.ts'
import { readPartition } from './partition.ts'
import { partitionText } from './text.ts'

const dialog = dialogIdOf('alice' as UserId, 'bob' as UserId)
/** A partition with ids stamped 1 to `rows`, newest first, and what was asked of it. */
const a_partition = (rows: number) => {
  const asked: { cql: string; size: number }[] = []
  const execute = (async (
    { cql }: { cql: string },
    [, , limit]: number[],
    page: { size: number; from?: string },
  ) => {
    asked.push({ cql, size: page.size })
    const begin = Number(page.from ?? 0)
    const end = Math.min(rows, Number(limit), begin + page.size)
    const stamps = Array.from({ length: end - begin }, (_, index) => rows - begin - index)
    return {
      rows: stamps.map((unixMs) => ({ message_id: messageIdAt(unixMs, new Uint8Array(10)) })),
      ...(end < Math.min(rows, Number(limit)) && { next: String(end) }),
    }
  }) as unknown as Execute
  return { asked, counted: () => readPartition(dialog, GENESIS, execute) }
}

test('rows are counted by pages of their ids, and nothing else is read', async () => {
  const { asked, counted } = a_partition(2_500)
  expect(await counted()).toEqual({ rows: 2_500, stamps: { oldestMs: 1, newestMs: 2_500 } })
  expect(asked).toEqual(
    Array.from({ length: 3 }, () => ({
      cql: expect.stringMatching(/^SELECT message_id FROM /),
      size: 1_000,
    })),
  )
})

test('no more than 100,001 rows are read, and then said to be more than 100,000', async () => {
  const { asked, counted } = a_partition(150_000)
  const many = await counted()
  expect(many).toEqual({ rows: 100_001, stamps: { oldestMs: 50_000, newestMs: 150_000 } })
  expect(asked).toHaveLength(101)
  expect(partitionText({ ...many, bucket: GENESIS, lane: 0, replicas: ['10.0.0.1'] })).toBe(
    '  lane 0, partition 0: more than 100,000 rows, 1970-01-01T00:00:50.000Z .. 1970-01-01T00:02:30.000Z, on 10.0.0.1',
  )
})

test('an empty partition has no stamps', async () => {
  expect(await a_partition(0).counted()).toEqual({ rows: 0 })
})
