import { beforeEach, describe, expect, test } from '@jest/globals'
import { ALICE, an_instance, BEGIN, BOB, idAt, type OneInstance } from '../../test/fakes/one-instance.ts'
import { inboxIdOf, type MessageId } from '../model/ids.ts'
import { type Bucket, bucketOf, bucketOfLane } from '../timeline/bucket.ts'
import { GRACE_MS } from '../timeline/rules.ts'
import { retireEmptied } from './retire.ts'

const INBOX = inboxIdOf(ALICE)
const HOUR_MS = 3_600_000
/** By which all are looked at from the newest down: its bits choose the latest moment. */
const FROM_THE_NEWEST = 'ffff'

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
const remaining = async () => (await ctx.store.newestBuckets(INBOX, 99)).rows.map(({ bucket }) => bucket)
const retire = (newest: Bucket, bits = FROM_THE_NEWEST) => {
  const id = idAt(BEGIN * 1000)
  return retireEmptied(INBOX, newest, `${id.slice(0, 24)}${bits}${id.slice(28)}` as MessageId, ctx)
}
/** `ended` has ended by the fourth of these, which is the second youngest. */
const an_inbox = async () => {
  const ended = await a_bucket(1)
  const newer = [2, 3, 4, 5, 6].map((second) => a_bucket(second))
  const newest = (await Promise.all(newer)).at(-1) as Bucket
  return { ended, newest, endMs: (BEGIN + 5) * 1000 + GRACE_MS }
}

describe('a time bucket of an inbox that every dialog has left', () => {
  test('goes from the index an hour after it ended, and no other does', async () => {
    const { ended, newest, endMs } = await an_inbox()
    instance.hand.now = endMs + HOUR_MS
    await retire(newest)
    expect(await remaining()).toContain(ended)
    instance.hand.now += 1
    await retire(newest)
    expect(await remaining()).toEqual(
      [6, 5, 4, 3, 2].map((s) => bucketOf({ openedAtSeconds: BEGIN + s, lanes: 1 })),
    )
  })

  test('stays as long as it may be in the head, however long ago that was', async () => {
    const { newest } = await an_inbox()
    instance.hand.now += 1_000 * HOUR_MS
    await retire(newest)
    await retire(newest)
    // The very newest is beyond the moment from which it looks: its four are those before.
    expect(await remaining()).toHaveLength(5)
  })

  test('stays while a replica has a dialog in any of its lanes', async () => {
    const bucket = await a_bucket(0, 4)
    const { newest } = await an_inbox()
    await ctx.store.putListing(
      INBOX,
      bucketOfLane(bucket, 3),
      { peer: BOB, lastId: idAt(BEGIN * 1000) },
      false,
    )
    instance.hand.now += 2 * HOUR_MS
    instance.statements()
    await retire(newest)
    expect(await remaining()).toContain(bucket)
    // At ALL: a quorum may not have what another data centre has written.
    expect(instance.times('anyListing')).toBe(4 + 1)
    expect(instance.times('listingsAfter')).toBe(0)
  })

  test('is looked for from a moment that the random bits of the id choose', async () => {
    const { ended, newest } = await an_inbox()
    instance.hand.now += 2 * HOUR_MS
    await retire(newest, '0000')
    expect(await remaining()).toContain(ended)
    expect(instance.times('anyListing')).toBe(0)
  })
})

test('an inbox that has only genesis has nothing to retire', async () => {
  await retire(bucketOf({ openedAtSeconds: BEGIN, lanes: 1 }))
  expect(instance.statements()).toEqual(['bucketsAbove'])
})
