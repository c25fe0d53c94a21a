import { beforeEach, describe, expect, test } from '@jest/globals'
import { ALICE, an_instance, BEGIN, BOB, idAt, type OneInstance } from '../../test/fakes/one-instance.ts'
import { inboxIdOf, type UserId } from '../model/ids.ts'
import type { ChangedCursor } from '../model/operations.ts'
import { type Bucket, bucketOf, bucketOfLane, GENESIS } from '../timeline/bucket.ts'
import { listChanged } from './changed.ts'
import { floorOf } from './floor.ts'

const INBOX = inboxIdOf(ALICE)
const NOW_MS = BEGIN * 1000

let instance: OneInstance
let ctx: OneInstance['ctx']

beforeEach(() => {
  instance = an_instance()
  ;({ ctx } = instance)
})

const a_bucket = async (second: number, lanes = 1): Promise<Bucket> => {
  const bucket = bucketOf({ openedAtSeconds: BEGIN + second, lanes })
  await ctx.store.insertBucket(INBOX, bucket)
  await ctx.store.setVisibleFrom(INBOX, bucket, (BEGIN + second) * 1000)
  return bucket
}
const listed = (bucket: Bucket, peer: string, atMs: number) =>
  ctx.store.putListing(INBOX, bucket, { peer: peer as UserId, lastId: idAt(atMs) }, true)
/** The people of all pages. */
const changed_since = async (sinceMs: number | undefined, limit = 9): Promise<string[]> => {
  const people: string[] = []
  let cursor: ChangedCursor | undefined
  do {
    const page = await listChanged({ caller: ALICE, sinceMs, limit, cursor }, ctx)
    people.push(...page.people)
    cursor = page.next
  } while (cursor)
  return people
}
/** Another instance moves a dialog when a partition is about to be read for the second time. */
const moved_before_the_second_read = (move: () => Promise<void>) => {
  let reads = 0
  instance.memory.before = async (statement) => {
    if (statement !== 'listingsAfter') return
    reads += 1
    if (reads === 2) await move()
  }
}
const moved = async (from: Bucket, to: Bucket) => {
  await listed(to, BOB, NOW_MS)
  await ctx.store.removeListing(INBOX, from, BOB, idAt(NOW_MS))
}

describe('what has changed in an inbox since a moment', () => {
  test('is every dialog that was listed since then, or so shortly before that it may have a later message', async () => {
    const newer = await a_bucket(5)
    await listed(GENESIS, 'before', floorOf(NOW_MS) - 1)
    await listed(GENESIS, 'shortly before', floorOf(NOW_MS))
    await listed(newer, 'after', NOW_MS + 5_000)
    expect(await changed_since(NOW_MS)).toEqual(['shortly before', 'after'])
    expect(await changed_since(undefined)).toEqual(['before', 'shortly before', 'after'])
    expect(await changed_since(NOW_MS + 60_000)).toEqual([])
  })

  test('is found page by page, in time buckets of several lanes, too', async () => {
    const hot = await a_bucket(5, 4)
    for (const [index, peer] of ['a', 'b', 'c', 'd', 'e'].entries())
      await listed(index < 2 ? GENESIS : bucketOfLane(hot, index - 2), peer, NOW_MS + 5_000)
    for (const limit of [1, 2, 5, 9])
      expect((await changed_since(NOW_MS, limit)).sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  test('is found in more time buckets than a page reads', async () => {
    const peers = Array.from({ length: 40 }, (_, index) => `peer-${String(index).padStart(2, '0')}`)
    for (const [index, peer] of peers.entries())
      await listed(await a_bucket(index + 1), peer, NOW_MS + (index + 1) * 1000)
    expect(await changed_since(NOW_MS)).toEqual(peers)
  })

  test('has a dialog that moves on to a newer time bucket meanwhile', async () => {
    const newer = await a_bucket(5)
    await listed(GENESIS, BOB, NOW_MS)
    moved_before_the_second_read(() => moved(GENESIS, newer))
    expect(new Set(await changed_since(NOW_MS))).toEqual(new Set([BOB]))
  })

  test('has a dialog that moves on to a time bucket that is opened meanwhile', async () => {
    const newer = await a_bucket(5)
    await listed(newer, BOB, NOW_MS)
    moved_before_the_second_read(async () => moved(newer, await a_bucket(6)))
    expect(await changed_since(NOW_MS)).toEqual([BOB])
  })
})
