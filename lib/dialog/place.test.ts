import { beforeEach, describe, expect, test } from '@jest/globals'
import { hold } from '../../test/steps/memory-store.ts'
import { an_instance, BEGIN, DIALOG, type OneInstance, OTHER_DIALOG } from '../../test/steps/one-instance.ts'
import { Fault } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { GENESIS } from '../timeline/bucket.ts'
import { stampOf } from './ids.ts'
import { keyOf } from './memory.ts'
import { place } from './place.ts'

const NOW = BEGIN * 1000
let instance: OneInstance
let ctx: OneInstance['ctx']

beforeEach(() => {
  instance = an_instance()
  ;({ ctx } = instance)
})

const count = (statement: keyof Store) =>
  instance.memory.statements.filter((other) => other === statement).length
const refusal = (kind: string) => ({ name: 'Fault', kind })
const failing = (failed: keyof Store) => {
  instance.memory.before = (statement) => {
    if (statement === failed) throw new Fault('write_in_doubt', 'timed out')
  }
}
/** Each of these statements takes the next of these times; after that, none. */
const slow = (slowed: keyof Store, ...takesMs: number[]) => {
  instance.memory.before = (statement) => {
    if (statement === slowed) instance.hand.now += takesMs.shift() ?? 0
  }
}

describe('a message', () => {
  test('goes to the newest time bucket, into the lane that its id says, stamped with the clock', async () => {
    const newest = await instance.opened(BEGIN - 9, { lanes: 4, visibleFromMs: NOW - 9_000 })
    instance.hand.random = Uint8Array.of(0, 7, 0, 0, 0, 0, 0, 0, 0, 0)
    const placed = await place(DIALOG, ctx)
    expect(placed).toMatchObject({ newest, bucket: newest + 3 })
    expect(stampOf(placed.id)).toBe(NOW)
    expect(instance.statements()).toEqual(['newestBucket', 'databaseTime', 'databaseTime', 'databaseTime'])
  })

  test('costs no statement while the plan and the clock are good', async () => {
    await place(DIALOG, ctx)
    instance.statements()
    instance.hand.now += 1_000
    expect(await place(DIALOG, ctx)).toMatchObject({ newest: GENESIS, bucket: GENESIS })
    expect(instance.statements()).toEqual([])
  })

  test('waits for the index and the clock side by side', async () => {
    const { proceed } = hold(instance.memory, 'newestBucket')
    const placing = place(DIALOG, ctx)
    expect(instance.memory.statements).toEqual(['newestBucket', 'databaseTime'])
    proceed()
    await placing
  })

  test('is refused by a clock out of bounds, which leaves no plan behind', async () => {
    instance.memory.clockOffsetMs = 10_000
    await expect(place(DIALOG, ctx)).rejects.toMatchObject(refusal('clock_out_of_bounds'))
    expect(ctx.memory.plans.size).toBe(0)
  })
})

describe('a row without visible_from (rule 1)', () => {
  test('is written again, then visible_from, before it is used; after that it is used', async () => {
    const newest = await instance.opened(BEGIN - 5)
    expect(await place(DIALOG, ctx)).toMatchObject({ newest })
    const statements = instance.statements()
    expect(statements.slice(-2)).toEqual(['insertBucket', 'setVisibleFrom'])
    const row = { bucket: newest, visibleFromMs: NOW }
    expect([...instance.memory.index.values()]).toEqual([[row]])
    await place(DIALOG, ctx)
    expect(instance.statements()).toEqual([])
  })

  test('is used once it is written again, even if visible_from then is not', async () => {
    const newest = await instance.opened(BEGIN - 5)
    failing('setVisibleFrom')
    expect(await place(DIALOG, ctx)).toMatchObject({ newest })
    expect(instance.lines).toMatchObject([{ level: 'warn', bucket: newest }])
  })

  test('that is not written again refuses the message: there is no way back to the older bucket', async () => {
    await instance.opened(BEGIN - 9, { visibleFromMs: NOW - 9_000 })
    await instance.opened(BEGIN - 5)
    failing('insertBucket')
    for (const _ of ['first', 'again']) {
      await expect(place(DIALOG, ctx)).rejects.toMatchObject({
        ...refusal('database_unavailable'),
        cause: refusal('write_in_doubt'),
      })
    }
    expect([count('insertBucket'), count('setVisibleFrom')]).toEqual([2, 0])
  })

  test('is waited for: a message is not placed while the row is on its way', async () => {
    await instance.opened(BEGIN - 5)
    const { reached, proceed } = hold(instance.memory, 'insertBucket')
    const placing = place(DIALOG, ctx)
    await reached
    await new Promise((resolve) => setImmediate(resolve))
    expect(count('setVisibleFrom')).toBe(0)
    proceed()
    await placing
    expect(count('setVisibleFrom')).toBe(1)
  })

  test('is written again once for all who come meanwhile, and again by those who joined a failure', async () => {
    await instance.opened(BEGIN - 5)
    await Promise.all([place(DIALOG, ctx), place(DIALOG, ctx)])
    expect(count('insertBucket')).toBe(1)
    const newest = await instance.opened(BEGIN - 3)
    ctx.memory.plans.clear()
    instance.memory.before = (statement) => {
      if (statement !== 'insertBucket') return
      instance.memory.before = () => undefined
      throw new Fault('write_in_doubt', 'timed out')
    }
    const [first, joined] = await Promise.allSettled([place(DIALOG, ctx), place(DIALOG, ctx)])
    expect(first).toMatchObject({ reason: refusal('database_unavailable') })
    expect(joined).toMatchObject({ value: { newest } })
  })

  test('is one of its dialog: another with a bucket of that number is made visible by itself', async () => {
    await instance.opened(BEGIN - 5)
    const [rows = []] = instance.memory.index.values()
    instance.memory.index.set(OTHER_DIALOG.toString('hex'), rows)
    await Promise.all([place(DIALOG, ctx), place(OTHER_DIALOG, ctx)])
    expect(count('insertBucket')).toBe(2)
    for (const [row] of instance.memory.index.values()) expect(row?.visibleFromMs).toBe(NOW)
  })

  test('is left alone by a clock that has gone wrong since the last comparison', async () => {
    await place(DIALOG, ctx)
    await instance.opened(BEGIN - 5)
    ctx.memory.plans.clear()
    instance.memory.clockOffsetMs = 10_000
    await expect(place(DIALOG, ctx)).rejects.toMatchObject(refusal('clock_out_of_bounds'))
    expect(count('insertBucket')).toBe(0)
  })

  test('renews no plan: what took longer than a plan lasts is followed by a new one', async () => {
    await instance.opened(BEGIN - 5)
    slow('insertBucket', 1_001)
    const placed = await place(DIALOG, ctx)
    expect(count('newestBucket')).toBe(2)
    expect(ctx.memory.plans.get(keyOf(DIALOG))?.readAtMs).toBe(NOW + 1_001)
    expect(stampOf(placed.id)).toBe(NOW + 1_001)
  })
})

describe('a plan (rule 2)', () => {
  test('holds for an index read that took exactly as long as a plan lasts', async () => {
    slow('newestBucket', 1_000)
    expect(stampOf((await place(DIALOG, ctx)).id)).toBe(NOW + 1_000)
    expect(count('newestBucket')).toBe(1)
  })

  test('is read again, twice at most, when its index read took longer', async () => {
    slow('newestBucket', 1_001, 1_001)
    expect(stampOf((await place(DIALOG, ctx)).id)).toBe(NOW + 2_002)
    expect(count('newestBucket')).toBe(3)
  })

  test('is read again by each message itself: a read that others began may be as slow', async () => {
    slow('newestBucket', 1_001)
    await Promise.all([place(DIALOG, ctx), place(DIALOG, ctx)])
    expect(count('newestBucket')).toBe(3)
  })

  test('is not had after three slow reads: the message is refused', async () => {
    slow('newestBucket', 1_001, 1_001, 1_001)
    await expect(place(DIALOG, ctx)).rejects.toMatchObject(refusal('database_unavailable'))
    expect(count('newestBucket')).toBe(3)
  })
})

describe('a bucket opened by a clock ahead of ours', () => {
  test('is never older than an id in it, up to S ahead (rule 3)', async () => {
    const newest = await instance.opened(BEGIN + 1, { visibleFromMs: NOW + 1_000 })
    instance.hand.now = NOW + 500
    const placed = await place(DIALOG, ctx)
    expect(placed.newest).toBe(newest)
    expect(stampOf(placed.id)).toBe(NOW + 1_000)
  })

  test('refuses the message when it is further ahead, and says so in the log', async () => {
    await instance.opened(BEGIN + 1)
    instance.hand.now = NOW + 499
    await expect(place(DIALOG, ctx)).rejects.toMatchObject(refusal('clock_out_of_bounds'))
    expect(instance.lines).toMatchObject([{ level: 'error', our_time: NOW + 499, opened_at: NOW + 1_000 }])
    expect(count('insertBucket')).toBe(0)
  })
})
