import { beforeEach, describe, expect, test } from '@jest/globals'
import { hold } from '../../test/fakes/memory-store.ts'
import { an_instance, BEGIN, DIALOG, type OneInstance, OTHER_DIALOG } from '../../test/fakes/one-instance.ts'
import { Fault } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { place } from './place.ts'

const NOW = BEGIN * 1000
let instance: OneInstance
let ctx: OneInstance['ctx']

beforeEach(() => {
  instance = an_instance()
  ;({ ctx } = instance)
})

const everything = () => new Promise((resolve) => setImmediate(resolve))
const failing = (failed: keyof Store) => {
  instance.memory.before = (statement) => {
    if (statement === failed) throw new Fault('write_in_doubt', 'timed out')
  }
}
describe('a row without visible_from (rule 1)', () => {
  test('is written again, then visible_from, before it is used; after that it is used', async () => {
    const newest = await instance.opened(BEGIN - 5)
    expect(await place(DIALOG, ctx)).toMatchObject({ newest })
    const statements = instance.statements()
    expect(statements.slice(-2)).toEqual(['insertBucket', 'setVisibleFrom'])
    const row = { bucket: newest, visibleFromMs: NOW }
    expect(instance.index()).toEqual([row])
    await place(DIALOG, ctx)
    expect(instance.statements()).toEqual([])
  })

  test('is used once it is written again, even if visible_from then fails', async () => {
    const newest = await instance.opened(BEGIN - 5)
    failing('setVisibleFrom')
    expect(await place(DIALOG, ctx)).toMatchObject({ newest })
    expect(instance.lines).toMatchObject([{ level: 'warn', bucket: newest }])
  })

  test('that cannot be written again refuses the message: no step back to the older time bucket', async () => {
    await instance.opened(BEGIN - 9, { visibleFromMs: NOW - 9_000 })
    await instance.opened(BEGIN - 5)
    failing('insertBucket')
    for (const _ of ['first', 'again']) {
      await expect(place(DIALOG, ctx)).rejects.toMatchObject({
        kind: 'database_unavailable',
        cause: { kind: 'write_in_doubt' },
      })
    }
    expect([instance.times('insertBucket'), instance.times('setVisibleFrom')]).toEqual([2, 0])
  })

  test('is waited for: no message is placed while the write is in flight', async () => {
    await instance.opened(BEGIN - 5)
    const { reached, proceed } = hold(instance.memory, 'insertBucket')
    const placing = place(DIALOG, ctx)
    await reached
    await everything()
    expect(instance.times('setVisibleFrom')).toBe(0)
    proceed()
    await placing
    expect(instance.times('setVisibleFrom')).toBe(1)
  })

  test('is written again once for all concurrent messages, and retried by those that joined a failure', async () => {
    await instance.opened(BEGIN - 5)
    await Promise.all([place(DIALOG, ctx), place(DIALOG, ctx)])
    expect(instance.times('insertBucket')).toBe(1)
    const newest = await instance.opened(BEGIN - 3)
    ctx.memory.plans.clear()
    instance.memory.before = (statement) => {
      if (statement !== 'insertBucket') return
      instance.memory.before = () => undefined
      throw new Fault('write_in_doubt', 'timed out')
    }
    const [first, joined] = await Promise.allSettled([place(DIALOG, ctx), place(DIALOG, ctx)])
    expect(first).toMatchObject({ reason: { kind: 'database_unavailable' } })
    expect(joined).toMatchObject({ value: { newest } })
  })

  test('is not retried by a message that joined a failure if the clock went out of bounds meanwhile', async () => {
    await instance.opened(BEGIN - 30)
    const { reached, proceed } = hold(instance.memory, 'insertBucket')
    const placing = [place(DIALOG, ctx), place(DIALOG, ctx)]
    await reached
    instance.hand.now -= 3_600_000
    instance.memory.clockOffsetMs = 3_600_000
    instance.memory.after = (statement) => {
      if (statement !== 'insertBucket') return
      instance.memory.after = () => undefined
      throw new Fault('write_in_doubt', 'timed out')
    }
    proceed()
    const ends = await Promise.allSettled(placing)
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    // Any earlier moment would end the older time bucket before others knew of the row.
    expect(instance.times('setVisibleFrom')).toBe(0)
  })

  test('is one flight: another time bucket or owner is made visible on its own', async () => {
    await instance.opened(BEGIN - 5)
    const rows = instance.memory.tables.rows('buckets')
    instance.memory.tables.add(
      'buckets',
      rows.map((row) => ({ ...row, dialog_id: OTHER_DIALOG })),
    )
    const { proceed } = hold(instance.memory, 'insertBucket')
    const placing = [place(DIALOG, ctx), place(OTHER_DIALOG, ctx)]
    await everything()
    await instance.opened(BEGIN - 3)
    ctx.memory.plans.clear()
    placing.push(place(DIALOG, ctx))
    await everything()
    expect(instance.times('insertBucket')).toBe(3)
    proceed()
    await Promise.all(placing)
  })

  test('is not written if the clock went out of bounds since the last comparison', async () => {
    await place(DIALOG, ctx)
    await instance.opened(BEGIN - 5)
    ctx.memory.plans.clear()
    instance.memory.clockOffsetMs = 10_000
    await expect(place(DIALOG, ctx)).rejects.toMatchObject({ kind: 'clock_out_of_bounds' })
    expect(instance.times('insertBucket')).toBe(0)
  })
})
