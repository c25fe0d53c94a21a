import { beforeEach, describe, expect, test } from '@jest/globals'
import { an_instance, BEGIN, DIALOG, type OneInstance, OTHER_DIALOG } from '../../test/fakes/one-instance.ts'
import { Fault } from '../errors.ts'
import { GENESIS } from '../timeline/bucket.ts'
import { keyOf } from './memory.ts'
import { allows, keepPlan, planFor } from './plan.ts'

const NOW = BEGIN * 1000
const plan = { newest: GENESIS, isVisible: true, readAtMs: 10_000 }
let instance: OneInstance
let ctx: OneInstance['ctx']

beforeEach(() => {
  instance = an_instance()
  ;({ ctx } = instance)
})

test('a plan allows stamps up to one second after the start of its read, inclusive', () => {
  expect(allows(plan, 11_000, 10_900)).toBe(true)
  expect(allows(plan, 11_001, 10_900)).toBe(false)
})

test('a plan read by a clock that was set back since allows nothing', () => {
  expect(allows(plan, 10_000, 10_000)).toBe(true)
  expect(allows(plan, 10_000, 9_999)).toBe(false)
})

describe('a new plan', () => {
  test('is genesis, which everybody sees, when the index has no row', async () => {
    expect(await planFor(DIALOG, ctx)).toEqual({ newest: GENESIS, isVisible: true, readAtMs: NOW })
    expect(ctx.memory.seen.has(keyOf(DIALOG))).toBe(false)
  })

  test('is the newest row, to be made visible unless it has a visible_from', async () => {
    await instance.opened(BEGIN - 9, { visibleFromMs: NOW - 9_000 })
    const doubtful = await instance.opened(BEGIN - 5)
    expect(await planFor(DIALOG, ctx)).toEqual({ newest: doubtful, isVisible: false, readAtMs: NOW })
    await instance.opened(BEGIN - 5, { visibleFromMs: NOW })
    expect(await planFor(DIALOG, ctx)).toMatchObject({ newest: doubtful, isVisible: true })
  })

  test('is not genesis just because the database began with an empty page', async () => {
    const newest = await instance.opened(BEGIN - 5)
    instance.memory.cutAt = () => {
      instance.memory.cutAt = (rows) => rows
      return 0
    }
    expect(await planFor(DIALOG, ctx)).toMatchObject({ newest })
  })

  test('is dated by the start of its read, however slow that is', async () => {
    instance.memory.before = () => {
      instance.hand.now += 700
    }
    expect((await planFor(DIALOG, ctx)).readAtMs).toBe(NOW)
  })

  test('gives readers a guess where a page begins', async () => {
    const newest = await instance.opened(BEGIN - 5)
    await planFor(DIALOG, ctx)
    expect(ctx.memory.seen.get(keyOf(DIALOG))).toEqual([newest])
  })

  test('is read once for all concurrent callers, per owner', async () => {
    const [one, same] = await Promise.all([
      planFor(DIALOG, ctx),
      planFor(DIALOG, ctx),
      planFor(OTHER_DIALOG, ctx),
    ])
    expect(same).toBe(one)
    expect(instance.statements()).toEqual(['newestBucket', 'newestBucket'])
  })

  test('whose read failed is read again by those that had joined it', async () => {
    instance.memory.before = () => {
      instance.memory.before = () => undefined
      throw new Fault('database_unavailable', 'no time left')
    }
    const [first, joined] = await Promise.allSettled([planFor(DIALOG, ctx), planFor(DIALOG, ctx)])
    expect([first.status, joined.status]).toEqual(['rejected', 'fulfilled'])
  })

  test('is not cached before its clock is known to be good', async () => {
    await planFor(DIALOG, ctx)
    expect(ctx.memory.plans.size).toBe(0)
  })
})

describe('a cached plan', () => {
  const kept = (readAtMs: number) => ({ newest: GENESIS, isVisible: true, readAtMs })

  test('is used until it is exactly C old', async () => {
    const mine = kept(NOW)
    keepPlan(DIALOG, mine, ctx)
    instance.hand.now = NOW + 1_000
    expect(await planFor(DIALOG, ctx)).toBe(mine)
    expect(await planFor(OTHER_DIALOG, ctx)).not.toBe(mine)
    instance.hand.now = NOW + 1_001
    expect(await planFor(DIALOG, ctx)).toEqual(kept(NOW + 1_001))
  })

  test('is not used if it is from the future', async () => {
    keepPlan(DIALOG, kept(NOW + 1), ctx)
    expect(await planFor(DIALOG, ctx)).toEqual(kept(NOW))
  })

  test('is replaced by a later one, not by that of a slower read', () => {
    const later = kept(NOW)
    keepPlan(DIALOG, later, ctx)
    keepPlan(DIALOG, kept(NOW - 1), ctx)
    expect(ctx.memory.plans.get(keyOf(DIALOG))).toBe(later)
    instance.hand.now += 1
    keepPlan(DIALOG, kept(NOW + 1), ctx)
    expect(ctx.memory.plans.get(keyOf(DIALOG))).toEqual(kept(NOW + 1))
  })

  test('is replaced if it is from the future: its clock was set back since', () => {
    keepPlan(DIALOG, kept(NOW + 1), ctx)
    keepPlan(DIALOG, kept(NOW), ctx)
    expect(ctx.memory.plans.get(keyOf(DIALOG))).toEqual(kept(NOW))
  })
})
