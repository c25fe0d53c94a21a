import { beforeEach, describe, expect, test } from '@jest/globals'
import { hold } from '../../test/fakes/memory-store.ts'
import { an_instance, BEGIN, DIALOG, idAt, type OneInstance } from '../../test/fakes/one-instance.ts'
import { Fault } from '../errors.ts'
import { AFTER_ALL_MESSAGES, type MessageId } from '../model/ids.ts'
import { type Bucket, bucketOfLane, GENESIS } from '../timeline/bucket.ts'
import { GRACE_MS } from '../timeline/rules.ts'
import { readMessages } from './read.ts'

const NOW = BEGIN * 1000
const BEFORE_ALL = idAt(0)
let instance: OneInstance
let ctx: OneInstance['ctx']

beforeEach(() => {
  instance = an_instance()
  ;({ ctx } = instance)
})

const settled = () => new Promise((resolve) => setImmediate(resolve))
const list = async (cursor: MessageId, count: number, isUpwards = false) => {
  const { rows, ...more } = await readMessages({ dialog: DIALOG, cursor, isUpwards }, count, ctx)
  return { ids: rows.map(({ id }) => id), ...more }
}
const downwards = (count = 100, before: MessageId = AFTER_ALL_MESSAGES) => list(before, count)
const upwards = (count = 100, after = BEFORE_ALL) => list(after, count, true)
/** The partitions read, in order. */
const partitionsRead = () => {
  const partitions: Bucket[] = []
  for (const name of ['messagesBefore', 'messagesAfter'] as const) {
    const select = ctx.store[name]
    ctx.store[name] = (dialog, bucket, ...more) => {
      partitions.push(bucket)
      return select(dialog, bucket, ...more)
    }
  }
  return partitions
}

describe('at the boundary of two time buckets', () => {
  const visibleMs = NOW + 200
  const endsMs = visibleMs + GRACE_MS
  let newer: Bucket

  beforeEach(async () => {
    newer = await instance.opened(BEGIN, { visibleFromMs: visibleMs })
  })

  test('the older one is read up to the end of its coverage, inclusive', async () => {
    const last = idAt(endsMs, 1)
    await instance.stored(GENESIS, last)
    await instance.stored(newer, idAt(endsMs, 0), idAt(endsMs, 2))
    expect((await downwards()).ids).toEqual([idAt(endsMs, 2), last, idAt(endsMs, 0)])
    expect((await upwards()).ids).toEqual([idAt(endsMs, 0), last, idAt(endsMs, 2)])
    expect((await upwards(1, idAt(endsMs, 0))).ids).toEqual([last])
    expect((await downwards(1, idAt(endsMs, 2))).ids).toEqual([last])
  })

  test('the newer one is read from its opening, inclusive', async () => {
    const [before, first] = [idAt(NOW, 0), idAt(NOW, 1)]
    await instance.stored(GENESIS, before, idAt(NOW, 2))
    await instance.stored(newer, first)
    expect((await downwards(1, idAt(NOW, 2))).ids).toEqual([first])
    expect((await upwards(1, before)).ids).toEqual([first])
    expect((await upwards()).ids).toEqual([before, first, idAt(NOW, 2)])
  })

  test('away from it one partition is read, on each side and in each direction', async () => {
    const [early, late] = [idAt(NOW - 1_000), idAt(endsMs + 2)]
    await instance.stored(GENESIS, early)
    await instance.stored(newer, late, idAt(endsMs + 1))
    const partitions = partitionsRead()
    await downwards(1)
    await upwards(1, idAt(endsMs + 1))
    expect(partitions.splice(0)).toEqual([GENESIS, newer, newer])
    expect((await downwards(1, idAt(NOW - 1))).lanes).toBe(1)
    expect((await upwards(1)).lanes).toBe(1)
    expect(partitions).toEqual([GENESIS, GENESIS])
  })
})

describe('a page of a cold dialog', () => {
  test('reads the index and its partition side by side, each once', async () => {
    await instance.stored(GENESIS, idAt(NOW))
    const { proceed } = hold(instance.memory, 'bucketsUpTo')
    const page = downwards(10)
    expect(instance.statements()).toEqual(['messagesBefore', 'bucketsUpTo'])
    proceed()
    expect(await page).toEqual({ ids: [idAt(NOW)], isAll: true, lanes: 1 })
    expect(instance.statements()).toEqual([])
  })

  test('costs one more read if the guess is wrong, and reads the index however good the guess', async () => {
    await instance.stored(GENESIS, idAt(NOW - 1_000))
    const newest = await instance.opened(BEGIN, { lanes: 4, visibleFromMs: NOW })
    await instance.stored(bucketOfLane(newest, 2), idAt(NOW + 3_000))
    expect((await downwards(1)).ids).toEqual([idAt(NOW + 3_000)])
    const lanes = Array.from({ length: 4 }, () => 'messagesBefore')
    expect(instance.statements()).toEqual(['messagesBefore', 'bucketsUpTo', ...lanes])
    expect((await downwards(1)).ids).toEqual([idAt(NOW + 3_000)])
    expect(instance.statements()).toEqual([...lanes, 'bucketsUpTo'])
    expect((await downwards(1, idAt(NOW - 500))).ids).toEqual([idAt(NOW - 1_000)])
    expect(instance.statements()).toEqual(['messagesBefore', 'bucketsUpTo'])
  })
})

describe('a guess that fails', () => {
  const failing = () => {
    instance.memory.before = (statement) => {
      if (statement !== 'messagesBefore') return
      instance.memory.before = () => undefined
      throw new Fault('database_unavailable', 'gone')
    }
  }

  test('does not matter if it was wrong', async () => {
    const newest = await instance.opened(BEGIN, { visibleFromMs: NOW })
    await instance.stored(newest, idAt(NOW + 3_000))
    failing()
    expect((await downwards(1)).ids).toEqual([idAt(NOW + 3_000)])
    // An unhandled rejection fails the test, once everything has settled.
    await settled()
  })

  test('fails the page if it was right: part of a dialog is never taken for all of it', async () => {
    await instance.stored(GENESIS, idAt(NOW))
    failing()
    await expect(downwards(1)).rejects.toMatchObject({ kind: 'database_unavailable' })
  })
})

describe('a page', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => idAt(NOW + index))

  test('is complete if it has fewer messages than asked for', async () => {
    await instance.stored(GENESIS, ...ids(5))
    expect((await downwards(5)).isAll).toBe(false)
    expect((await downwards(6)).isAll).toBe(true)
  })

  test('is full even if all its messages are in one of 64 lanes', async () => {
    const newest = await instance.opened(BEGIN - 1, { lanes: 64, visibleFromMs: NOW - 1_000 })
    await instance.stored(bucketOfLane(newest, 63), ...ids(50))
    for (const _ of ['knowing nothing', 'with a guess']) {
      expect((await downwards(50)).ids).toEqual(ids(50).reverse())
      expect((await upwards(50)).ids).toEqual(ids(50))
    }
    expect(instance.lines).toEqual([])
  })

  test('reads all lanes of a time bucket side by side', async () => {
    const newest = await instance.opened(BEGIN - 1, { lanes: 4, visibleFromMs: NOW - 1_000 })
    await instance.stored(newest, ...ids(2))
    const { proceed } = hold(instance.memory, 'messagesBefore')
    const page = downwards(1)
    await settled()
    expect(instance.times('messagesBefore')).toBe(1 + 4)
    proceed()
    expect((await page).ids).toEqual(ids(2).slice(-1))
  })

  test('leaves out a message in the wrong partition, and logs it', async () => {
    const newest = await instance.opened(BEGIN, { visibleFromMs: NOW })
    const [early, late, lost] = [idAt(NOW + 2_000), idAt(NOW + 9_000), idAt(NOW + 8_000)]
    await instance.stored(newest, early, late)
    await instance.stored(GENESIS, lost)
    expect((await downwards()).ids).toEqual([late, early])
    expect(instance.lines).toMatchObject([{ level: 'error', id: lost, last: early, bucket: GENESIS }])
  })

  test('has a message only once even if it is in two partitions', async () => {
    const newest = await instance.opened(BEGIN, { visibleFromMs: NOW })
    for (const bucket of [GENESIS, newest]) await instance.stored(bucket, idAt(NOW + 9), idAt(NOW + 5))
    expect((await downwards()).ids).toEqual([idAt(NOW + 9), idAt(NOW + 5)])
    expect((await upwards()).ids).toEqual([idAt(NOW + 5), idAt(NOW + 9)])
    expect(instance.lines).toHaveLength(4)
  })
})
