import { setImmediate } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { an_instance, BEGIN, DIALOG, type OneInstance } from '../../test/fakes/one-instance.ts'
import { stampOf } from '../model/ids.ts'
import type { Store } from '../store/store.ts'
import { GENESIS } from '../timeline/bucket.ts'
import { keyOf, singleFlight } from './memory.ts'
import { place } from './place.ts'

const NOW = BEGIN * 1000
let instance: OneInstance
let ctx: OneInstance['ctx']

beforeEach(() => {
  instance = an_instance()
  ;({ ctx } = instance)
})

/** Each run of the statement takes the next of these times, later runs none. */
const slow = (slowed: keyof Store, ...takesMs: number[]) => {
  instance.memory.before = (statement) => {
    if (statement === slowed) instance.hand.now += takesMs.shift() ?? 0
  }
}

describe('a message', () => {
  test('goes to the newest time bucket, into the lane that its id selects, stamped by the clock', async () => {
    const newest = await instance.opened(BEGIN - 9, { lanes: 4, visibleFromMs: NOW - 9_000 })
    instance.hand.random = Uint8Array.of(0, 7, 0, 0, 0, 0, 0, 0, 0, 0)
    const placed = await place(DIALOG, ctx)
    expect(placed).toMatchObject({ newest, bucket: newest + 3 })
    expect(stampOf(placed.id)).toBe(NOW)
    expect(instance.statements()).toEqual(['databaseTime', 'databaseTime', 'databaseTime', 'newestBucket'])
  })

  test('costs no statement while the plan and the clock verdict are valid', async () => {
    await place(DIALOG, ctx)
    instance.statements()
    instance.hand.now += 1_000
    expect(await place(DIALOG, ctx)).toMatchObject({ newest: GENESIS, bucket: GENESIS })
    expect(instance.statements()).toEqual([])
  })

  test('is refused while the clock is out of bounds, and no plan is dated by it', async () => {
    instance.memory.clockOffsetMs = 10_000
    await expect(place(DIALOG, ctx)).rejects.toMatchObject({ kind: 'clock_out_of_bounds' })
    expect(instance.statements()).toEqual(['databaseTime', 'databaseTime', 'databaseTime'])
    expect(ctx.memory.plans.size).toBe(0)
  })
})

test('the clock is checked again when the stamp is made, since a retried index read takes time', async () => {
  await place(DIALOG, ctx)
  instance.hand.now += 2_000
  const name = `plan ${keyOf(DIALOG)}`
  const others = Promise.withResolvers<never>()
  const first = singleFlight(ctx.memory, name, () => others.promise)
  const placing = place(DIALOG, ctx)
  await setImmediate()
  instance.hand.now -= 3_600_000
  instance.memory.clockOffsetMs = 3_600_000
  others.reject(new Error('no time left'))
  await expect(first).rejects.toThrow('no time left')
  await expect(placing).rejects.toMatchObject({ kind: 'clock_out_of_bounds' })
})

describe('a plan (rule 2)', () => {
  test('is not renewed by making a row visible, and is replaced if that outlasted it', async () => {
    await instance.opened(BEGIN - 5)
    slow('insertBucket', 1_001)
    const placed = await place(DIALOG, ctx)
    expect(instance.times('newestBucket')).toBe(2)
    expect(ctx.memory.plans.get(keyOf(DIALOG))?.readAtMs).toBe(NOW + 1_001)
    expect(stampOf(placed.id)).toBe(NOW + 1_001)
  })

  test('is valid after an index read that took exactly as long as a plan lasts', async () => {
    slow('newestBucket', 1_000)
    expect(stampOf((await place(DIALOG, ctx)).id)).toBe(NOW + 1_000)
    expect(instance.times('newestBucket')).toBe(1)
  })

  test('is read again, at most twice, if its index read took longer or the clock was set back', async () => {
    slow('newestBucket', 1_001, -1)
    expect(stampOf((await place(DIALOG, ctx)).id)).toBe(NOW + 1_000)
    expect(instance.times('newestBucket')).toBe(3)
  })

  test('is read again once for all messages that need it, not by each from a slow database', async () => {
    slow('newestBucket', 1_001)
    await Promise.all(Array.from({ length: 100 }, () => place(DIALOG, ctx)))
    expect(instance.times('newestBucket')).toBe(2)
  })

  test('is given up after three slow reads: the message is refused', async () => {
    slow('newestBucket', 1_001, 1_001, 1_001)
    await expect(place(DIALOG, ctx)).rejects.toMatchObject({ kind: 'database_unavailable' })
    expect(instance.times('newestBucket')).toBe(3)
  })
})

describe('a time bucket opened by a clock ahead of ours', () => {
  test('holds no id older than itself, up to S ahead (rule 3)', async () => {
    const newest = await instance.opened(BEGIN + 1, { visibleFromMs: NOW + 1_000 })
    instance.hand.now = NOW + 500
    const placed = await place(DIALOG, ctx)
    expect(placed.newest).toBe(newest)
    expect(stampOf(placed.id)).toBe(NOW + 1_000)
  })

  test('refuses the message if it is further ahead, which is logged', async () => {
    await instance.opened(BEGIN + 1)
    instance.hand.now = NOW + 499
    await expect(place(DIALOG, ctx)).rejects.toMatchObject({ kind: 'clock_out_of_bounds' })
    expect(instance.lines).toMatchObject([{ level: 'error', our_time: NOW + 499, opened_at: NOW + 1_000 }])
    expect(instance.times('insertBucket')).toBe(0)
  })
})
