import { beforeEach, describe, expect, test } from '@jest/globals'
import { hold } from '../../test/fakes/memory-store.ts'
import { an_instance, BEGIN, DIALOG, type OneInstance, OTHER_DIALOG } from '../../test/fakes/one-instance.ts'
import { Fault } from '../errors.ts'
import type { OwnerId } from '../model/ids.ts'
import { type Bucket, bucketOf, GENESIS } from '../timeline/bucket.ts'
import { requireClock } from './clock.ts'
import { keyOf, type Plan } from './memory.ts'
import { openNext } from './open.ts'

const NOW = BEGIN * 1000
const NEXT = bucketOf({ openedAtSeconds: BEGIN, lanes: 1 })
let instance: OneInstance
let ctx: OneInstance['ctx']

beforeEach(async () => {
  instance = an_instance()
  ;({ ctx } = instance)
  await requireClock(ctx)
  instance.statements()
})

const rows = () => instance.index()
const planned = (newest: Bucket, owner: OwnerId = DIALOG): Plan => {
  const plan = { newest, isVisible: true, readAtMs: NOW }
  ctx.memory.plans.set(keyOf(owner), plan)
  return plan
}

describe('the next time bucket', () => {
  test('is opened right after a comparison of clocks: its row, then visible_from, and noted', async () => {
    await openNext(DIALOG, GENESIS, ctx)
    const comparison = ['databaseTime', 'databaseTime', 'databaseTime']
    expect(instance.statements()).toEqual([...comparison, 'insertBucket', 'setVisibleFrom'])
    expect(rows()).toEqual([{ bucket: NEXT, visibleFromMs: NOW }])
    expect(instance.facts).toEqual({ opened: NEXT })
    expect(instance.lines).toEqual([])
  })

  test('is visible from the moment when its row was written, not earlier', async () => {
    const { reached, proceed } = hold(instance.memory, 'insertBucket')
    const opening = openNext(DIALOG, GENESIS, ctx)
    await reached
    instance.hand.now += 700
    proceed()
    await opening
    expect(rows()).toEqual([{ bucket: NEXT, visibleFromMs: NOW + 700 }])
  })

  test('leaves visible_from to the next writer if the clock was set back while its row was written', async () => {
    instance.hand.now += 300
    const { reached, proceed } = hold(instance.memory, 'insertBucket')
    const opening = openNext(DIALOG, GENESIS, ctx)
    await reached
    instance.hand.now -= 400
    proceed()
    await opening
    expect(rows()).toEqual([{ bucket: NEXT }])
    expect(instance.lines).toEqual([expect.objectContaining({ message: 'visible_from was not set' })])
  })

  test('neither renews nor creates a plan', async () => {
    await openNext(DIALOG, GENESIS, ctx)
    expect(ctx.memory.plans.size).toBe(0)
    const plan = planned(GENESIS)
    const before = { ...plan }
    instance.hand.now += 1_000
    await openNext(DIALOG, GENESIS, ctx)
    expect(rows()).toHaveLength(2)
    expect(ctx.memory.plans.get(keyOf(DIALOG))).toBe(plan)
    expect(plan).toEqual(before)
  })
})

describe('no time bucket is opened', () => {
  const nothingIsWritten = () => {
    expect(instance.statements()).not.toContain('insertBucket')
    expect(instance.facts).toEqual({})
  }

  test('if the clock went out of bounds since the last comparison, which is logged', async () => {
    instance.memory.clockOffsetMs = 10_000
    await openNext(DIALOG, GENESIS, ctx)
    nothingIsWritten()
    expect(instance.lines.at(-1)).toMatchObject({ level: 'warn', err: { kind: 'clock_out_of_bounds' } })
  })

  test('in the second of the newest one, or before it', async () => {
    for (const ms of [0, 999, -1]) {
      instance.hand.now = NOW + ms
      await openNext(DIALOG, NEXT, ctx)
    }
    nothingIsWritten()
    expect(instance.lines).toEqual([])
  })

  test('if a newer plan already knows of a later one', async () => {
    planned(bucketOf({ openedAtSeconds: BEGIN - 1, lanes: 1 }))
    await openNext(DIALOG, GENESIS, ctx)
    nothingIsWritten()
    expect(instance.lines).toEqual([])
  })
})

test('neither plans of other owners nor an older plan prevent an opening', async () => {
  planned(bucketOf({ openedAtSeconds: BEGIN - 1, lanes: 1 }), OTHER_DIALOG)
  planned(GENESIS)
  await openNext(DIALOG, bucketOf({ openedAtSeconds: BEGIN - 5, lanes: 1 }), ctx)
  expect(rows()).toMatchObject([{ visibleFromMs: NOW }])
})

describe('a failed opening fails no send, and is logged:', () => {
  test.each(['write_in_doubt', 'database_unavailable'] as const)('a row %s', async (kind) => {
    instance.memory.before = (statement) => {
      if (statement === 'insertBucket') throw new Fault(kind, 'timed out')
    }
    await openNext(DIALOG, GENESIS, ctx)
    expect(instance.statements()).not.toContain('setVisibleFrom')
    expect(instance.facts).toEqual({})
    expect(instance.lines).toMatchObject([{ level: 'warn', err: { kind } }])
  })

  test('visible_from alone, without which the time bucket is open', async () => {
    instance.memory.before = (statement) => {
      if (statement === 'setVisibleFrom') throw new Fault('write_in_doubt', 'timed out')
    }
    await openNext(DIALOG, GENESIS, ctx)
    expect(rows()).toEqual([{ bucket: NEXT }])
    expect(instance.facts).toEqual({ opened: NEXT })
    expect(instance.lines).toMatchObject([{ level: 'warn', bucket: NEXT, err: { kind: 'write_in_doubt' } }])
  })
})
