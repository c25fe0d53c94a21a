import { beforeEach, describe, expect, test } from '@jest/globals'
import { hold } from '../../test/fakes/memory-store.ts'
import { an_instance, BEGIN, DIALOG, idAt, type OneInstance } from '../../test/fakes/one-instance.ts'
import { AFTER_ALL_MESSAGES, type MessageId } from '../model/ids.ts'
import { type Bucket, bucketOf, GENESIS, openingOf } from '../timeline/bucket.ts'
import type { IndexPart } from '../timeline/merge.ts'
import { GRACE_MS } from '../timeline/rules.ts'
import { indexDownwards, indexUpwards } from './index-read.ts'
import { keyOf } from './memory.ts'

const NOW = BEGIN * 1000
let instance: OneInstance
/** Everything read from the index so far. */
let found: IndexPart

beforeEach(() => {
  instance = an_instance()
  found = { timeBuckets: [] }
})

/** One per second until now, each visible half a second after its opening, except for those in `visibleFromMs`. */
const opened = async (count: number, visibleFromMs: Record<number, number | undefined> = {}) => {
  for (let second = BEGIN - count + 1; second <= BEGIN; second += 1) {
    const visible = second in visibleFromMs ? visibleFromMs[second] : second * 1000 + 500
    await instance.opened(second, visible === undefined ? {} : { visibleFromMs: visible })
  }
}
const collecting = (readIndex: () => Promise<IndexPart>) => async () => {
  const { timeBuckets, beyond } = await readIndex()
  found = { timeBuckets: [...found.timeBuckets, ...timeBuckets], beyond }
}
const downwards = (cursor: MessageId) => collecting(indexDownwards({ owner: DIALOG, cursor }, instance.ctx))
const upwards = (cursor: MessageId) => collecting(indexUpwards({ owner: DIALOG, cursor }, instance.ctx))
/** The time buckets found, as the seconds from now at which they were opened, or `genesis`. */
const opened_at = () =>
  found.timeBuckets.map(({ bucket }) =>
    bucket === GENESIS ? 'genesis' : openingOf(bucket).openedAtSeconds - BEGIN,
  )
const seconds = (from: number, to: number) => {
  const step = Math.sign(to - from)
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => from + index * step)
}

describe('the index downwards', () => {
  test('is genesis alone for an owner that never opened a time bucket, and is complete', async () => {
    await downwards(AFTER_ALL_MESSAGES)()
    expect(found.timeBuckets).toEqual([{ bucket: GENESIS, lanes: 1, opensMs: 0, endsMs: Infinity }])
    expect(found.beyond).toBeUndefined()
  })

  test('begins with the newest time bucket opened in the second of the cursor, or before', async () => {
    await opened(3)
    const wide = await instance.opened(BEGIN - 1, { lanes: 64, visibleFromMs: NOW })
    await downwards(idAt(NOW - 1_000))()
    expect(opened_at()).toEqual([-1, -1, -2, 'genesis'])
    expect(found.timeBuckets[0]?.bucket).toBe(wide)
    found.timeBuckets = []
    await downwards(idAt(NOW - 1_001))()
    expect(opened_at()).toEqual([-2, 'genesis'])
  })

  test('is read 16 rows at a time, each once, down to genesis', async () => {
    await opened(40)
    const readNext = downwards(AFTER_ALL_MESSAGES)
    for (const reads of [1, 2]) {
      await readNext()
      expect(opened_at()).toEqual(seconds(0, -(16 * reads - 1)))
    }
    await readNext()
    expect(opened_at()).toEqual([...seconds(0, -39), 'genesis'])
    expect(found.beyond).toBeUndefined()
    expect(instance.statements()).toEqual(['bucketsUpTo', 'bucketsUpTo', 'bucketsUpTo'])
  })

  test('of exactly 16 rows is not complete before genesis is found', async () => {
    await opened(16)
    const readNext = downwards(AFTER_ALL_MESSAGES)
    await readNext()
    expect(found.beyond).toBeDefined()
    await readNext()
    expect(opened_at()).toEqual([...seconds(0, -15), 'genesis'])
    expect(found.beyond).toBeUndefined()
  })

  test('ends older time buckets, read or not, by the earliest visible_from of all newer ones', async () => {
    const earliest = NOW - 15_000 - 7
    const unknown = Object.fromEntries(seconds(-31, -16).map((second) => [BEGIN + second, undefined]))
    await opened(34, { [BEGIN - 3]: earliest, ...unknown })
    const readNext = downwards(AFTER_ALL_MESSAGES)
    await readNext()
    expect(found.beyond).toEqual({ opensMs: 0, endsMs: earliest + GRACE_MS })
    expect(found.timeBuckets[4]?.endsMs).toBe(earliest + GRACE_MS)
    await readNext()
    expect(found.timeBuckets[16]?.endsMs).toBe(earliest + GRACE_MS)
    await readNext()
    expect(found.timeBuckets[32]?.endsMs).toBe(earliest + GRACE_MS)
  })

  test('has no end without a visible_from: those rows may not have been visible to writers', async () => {
    await opened(17, Object.fromEntries(seconds(-15, 0).map((second) => [BEGIN + second, undefined])))
    const readNext = downwards(AFTER_ALL_MESSAGES)
    await readNext()
    expect(found.beyond).toEqual({ opensMs: 0, endsMs: Infinity })
    await readNext()
    expect(found.timeBuckets[16]?.endsMs).toBe(Infinity)
  })
})

describe('the index upwards', () => {
  test('begins with the oldest time bucket whose coverage reaches the cursor, inclusive', async () => {
    await opened(5, { [BEGIN - 2]: NOW })
    const ends = NOW - 1_000 + 500 + GRACE_MS
    await upwards(idAt(ends))()
    expect(opened_at()).toEqual([-3, -2, -1, 0])
    found.timeBuckets = []
    await upwards(idAt(ends + 1))()
    expect(opened_at()).toEqual([-1, 0])
  })

  test('looks for it past 16 rows, while those further down reach the cursor', async () => {
    const cursorMs = NOW + 500 + GRACE_MS
    const later = Object.fromEntries(seconds(-30, 0).map((second) => [BEGIN + second, NOW + 501]))
    await opened(40, { ...later, [BEGIN - 15]: NOW + 500 })
    await upwards(idAt(cursorMs))()
    expect(opened_at()).toEqual(seconds(-31, 0))
    expect(instance.times('bucketsUpTo')).toBe(2)
  })

  test('goes down to genesis if nothing ends it', async () => {
    await opened(20, Object.fromEntries(seconds(-19, 0).map((second) => [BEGIN + second, undefined])))
    await upwards(idAt(NOW))()
    expect(opened_at()).toEqual(['genesis', ...seconds(-19, 0)])
  })

  test('goes on above the second of the cursor, 16 rows at a time, each once, to the newest', async () => {
    await opened(40)
    const readNext = upwards(idAt(NOW - 39_000 + 999))
    await readNext()
    expect(opened_at()).toEqual(['genesis', ...seconds(-39, -23)])
    expect(found.beyond).toMatchObject({ opensMs: NOW - 23_000 })
    await readNext()
    await readNext()
    expect(opened_at()).toEqual(['genesis', ...seconds(-39, 0)])
    expect(found.beyond).toBeUndefined()
    const statements = instance.statements()
    expect(statements.filter((statement) => statement === 'bucketsAbove')).toHaveLength(3)
    expect(statements.filter((statement) => statement === 'bucketsUpTo')).toHaveLength(1)
  })

  test('of exactly 16 newer rows is not taken for complete', async () => {
    await opened(17)
    const readNext = upwards(idAt(NOW - 16_000))
    await readNext()
    expect(found.beyond).toBeDefined()
    await readNext()
    expect(opened_at().at(-1)).toBe(0)
    expect(found.beyond).toBeUndefined()
  })

  test('is read in both directions at once', async () => {
    const { proceed } = hold(instance.memory, 'bucketsUpTo')
    const reading = upwards(idAt(NOW))()
    expect(instance.statements().sort()).toEqual(['bucketsAbove', 'bucketsUpTo'])
    proceed()
    await reading
  })
})

test('time buckets read from the index are remembered as guesses for the next page', async () => {
  await opened(3)
  const buckets = seconds(0, -2).map(
    (second): Bucket => bucketOf({ openedAtSeconds: BEGIN + second, lanes: 1 }),
  )
  const seen = () => instance.ctx.memory.seen.get(keyOf(DIALOG))
  await downwards(idAt(NOW - 2_000))()
  expect(seen()).toEqual(buckets.slice(2))
  await upwards(idAt(NOW - 2_000))()
  expect(seen()).toEqual(buckets)
})
