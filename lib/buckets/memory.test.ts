import { beforeEach, describe, expect, test } from '@jest/globals'
import type { OwnerId } from '../model/ids.ts'
import type { Bucket } from '../timeline/bucket.ts'
import { type BucketMemory, emptyBucketMemory, keyOf, remember, singleFlight } from './memory.ts'

let memory: BucketMemory

beforeEach(() => {
  memory = emptyBucketMemory()
})

/** Work that the test completes: `begun[n]` settles the nth run. */
const work = () => {
  const begun: PromiseWithResolvers<string>[] = []
  const begin = () => {
    const next = Promise.withResolvers<string>()
    begun.push(next)
    return next.promise
  }
  return { begun, begin }
}
const everything = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('single flight', () => {
  test('runs work once for all that join while it is in flight, and again for a later caller', async () => {
    const { begun, begin } = work()
    const all = [
      singleFlight(memory, 'a', begin),
      singleFlight(memory, 'a', begin),
      singleFlight(memory, 'a', begin),
    ]
    expect(begun).toHaveLength(1)
    begun[0]?.resolve('done')
    expect(await Promise.all(all)).toEqual(['done', 'done', 'done'])
    const later = singleFlight(memory, 'a', begin)
    expect(begun).toHaveLength(2)
    begun[1]?.resolve('again')
    expect(await later).toBe('again')
  })

  test('retries failed work, once, for those that had joined it', async () => {
    const { begun, begin } = work()
    const [first, ...joined] = [
      singleFlight(memory, 'a', begin),
      singleFlight(memory, 'a', begin),
      singleFlight(memory, 'a', begin),
    ]
    begun[0]?.reject(new Error('no time left'))
    await expect(first).rejects.toThrow('no time left')
    await everything()
    expect(begun).toHaveLength(2)
    begun[1]?.resolve('done')
    expect(await Promise.all(joined)).toEqual(['done', 'done'])
  })

  test('retries with the work of the last to join, whose request has the most time left', async () => {
    const { begun, begin } = work()
    const all = [
      singleFlight(memory, 'a', begin),
      singleFlight(memory, 'a', begin),
      singleFlight(memory, 'a', async () => 'the last'),
    ]
    begun[0]?.reject(new Error('no time left'))
    expect(await Promise.allSettled(all)).toMatchObject([
      { status: 'rejected' },
      { value: 'the last' },
      { value: 'the last' },
    ])
    expect(begun).toHaveLength(1)
  })

  test('fails for all after a second failure: they do not retry one after the other', async () => {
    const { begun, begin } = work()
    const all = Array.from({ length: 100 }, () => singleFlight(memory, 'a', begin))
    const ended = Promise.allSettled(all)
    begun[0]?.reject(new Error('no time left'))
    await everything()
    const later = singleFlight(memory, 'a', begin)
    begun[1]?.reject(new Error('no answer'))
    expect((await ended).filter(({ status }) => status === 'rejected')).toHaveLength(100)
    expect(begun).toHaveLength(3)
    begun[2]?.resolve('done')
    expect(await later).toBe('done')
    expect(memory.inFlight.size).toBe(0)
  })

  test('keeps work of different names apart', async () => {
    const { begun, begin } = work()
    const both = [singleFlight(memory, 'a', begin), singleFlight(memory, 'b', begin)]
    begun[0]?.resolve('a')
    begun[1]?.resolve('b')
    expect(await Promise.all(both)).toEqual(['a', 'b'])
  })
})

describe('the memory of an instance', () => {
  const owner = Buffer.alloc(32, 1) as OwnerId
  const buckets = (...seconds: number[]) => seconds.map((second) => (second * 1024) as Bucket)

  test('has the time buckets of an owner, newest first, once each', () => {
    const { seen } = memory
    remember(memory, owner, buckets(5, 2))
    remember(memory, owner, buckets(9, 5, 1))
    remember(memory, owner, [])
    expect(seen.get(keyOf(owner))).toEqual(buckets(9, 5, 2, 1))
    remember(memory, Buffer.alloc(32, 2) as OwnerId, [])
    expect(seen.size).toBe(1)
  })

  test('has at most the newest 64 time buckets of an owner', () => {
    const seconds = Array.from({ length: 70 }, (_, index) => 100 + index)
    remember(memory, owner, buckets(...seconds))
    expect(memory.seen.get(keyOf(owner))).toEqual(buckets(...seconds.slice(-64).reverse()))
  })

  test('has at most 10,000 owners, the most recent ones', () => {
    const { plans, seen } = emptyBucketMemory()
    for (const cache of [plans, seen] as { size: number; set: (key: string, value: never) => unknown }[]) {
      for (let count = 0; count < 10_001; count += 1) cache.set(`${count}`, {} as never)
      expect(cache.size).toBe(10_000)
    }
    expect(plans.has('0')).toBe(false)
  })

  test('keeps owners apart that differ in any byte', () => {
    const keys = Array.from({ length: 256 }, (_, byte) => keyOf(Buffer.alloc(32, byte) as OwnerId))
    expect(new Set(keys).size).toBe(256)
  })
})
