import { beforeEach, describe, expect, test } from '@jest/globals'
import { ALICE, an_instance, BEGIN, BOB, idAt, type OneInstance } from '../../test/fakes/one-instance.ts'
import { inboxIdOf } from '../model/ids.ts'
import { type Bucket, bucketOf, bucketOfLane, GENESIS } from '../timeline/bucket.ts'
import { isBehind } from './behind.ts'

const INBOX = inboxIdOf(ALICE)
const NOW_MS = BEGIN * 1000
/** W, and how long before its acknowledgement a message may be stamped. */
const BEFORE_MS = 10_000 + 10_000

let instance: OneInstance
let ctx: OneInstance['ctx']

beforeEach(() => {
  instance = an_instance()
  ;({ ctx } = instance)
})

const listed = (bucket: Bucket, atMs: number) =>
  ctx.store.putListing(INBOX, bucket, { peer: BOB, lastId: idAt(atMs) }, true)
const a_bucket = async (second: number, lanes = 1): Promise<Bucket> => {
  const bucket = bucketOf({ openedAtSeconds: BEGIN + second, lanes })
  await ctx.store.insertBucket(INBOX, bucket)
  await ctx.store.setVisibleFrom(INBOX, bucket, (BEGIN + second) * 1000)
  return bucket
}

describe('a client is behind', () => {
  test('if a dialog was listed after the moment, or so shortly before that it may have a later message', async () => {
    await listed(GENESIS, NOW_MS)
    expect(await isBehind(ALICE, NOW_MS, ctx)).toBe(true)
    expect(await isBehind(ALICE, NOW_MS + BEFORE_MS, ctx)).toBe(true)
    expect(await isBehind(ALICE, NOW_MS + 2 * BEFORE_MS, ctx)).toBe(false)
    expect(await isBehind(BOB, NOW_MS, ctx)).toBe(false)
  })

  test('if it has not caught up with anything yet', async () => {
    expect(await isBehind(ALICE, undefined, ctx)).toBe(true)
  })

  test('whichever time bucket and lane the dialog was listed in, even if it has moved on', async () => {
    const hot = await a_bucket(5, 4)
    for (const second of [6, 7, 8]) await a_bucket(second)
    await listed(bucketOfLane(hot, 3), NOW_MS + 60_000)
    await ctx.store.removeListing(INBOX, bucketOfLane(hot, 3), BOB, idAt(NOW_MS + 60_000))
    expect(await isBehind(ALICE, NOW_MS + 60_000, ctx)).toBe(true)
    expect(await isBehind(ALICE, NOW_MS + 60_000 + 2 * BEFORE_MS, ctx)).toBe(false)
  })

  test('whichever of many time buckets the dialog was listed in', async () => {
    const first = await a_bucket(1)
    for (let second = 2; second < 40; second += 1) await a_bucket(second)
    await listed(first, NOW_MS + 1_000)
    expect(await isBehind(ALICE, NOW_MS, ctx)).toBe(true)
  })

  test('or not, without a read of time buckets that ended long before', async () => {
    for (const second of [1, 2, 3, 4, 5, 6]) await a_bucket(second)
    instance.statements()
    expect(await isBehind(ALICE, NOW_MS + 600_000, ctx)).toBe(false)
    expect(instance.statements().filter((one) => one === 'newestListing')).toHaveLength(4)
  })
})
