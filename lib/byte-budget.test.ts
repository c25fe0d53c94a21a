import { describe, expect, test } from '@jest/globals'
import { byteBudget } from './byte-budget.ts'

const LONG_MS = 60_000
/** Resolves once everything that can proceed has proceeded. */
const later = () => new Promise((resolve) => setImmediate(resolve))

const order = () => {
  const done: string[] = []
  const note = (name: string) => () => void done.push(name)
  return { done, note }
}

describe('a budget of 100 bytes', () => {
  test('admits what fits, and the next as soon as enough is given back', async () => {
    const { reserve } = byteBudget(100)
    const { done, note } = order()
    const first = await reserve(60, LONG_MS)
    const second = await reserve(40, LONG_MS)
    reserve(30, LONG_MS).then(note('third'))
    first.shrinkTo(31)
    await later()
    expect(done).toEqual([])
    first.shrinkTo(30)
    await later()
    expect(done).toEqual(['third'])
    second.release()
    first.release()
  })

  test('is first come, first served: a large reservation is not starved by small ones', async () => {
    const { reserve } = byteBudget(100)
    const { done, note } = order()
    const first = await reserve(50, LONG_MS)
    reserve(80, LONG_MS).then(note('large'))
    reserve(10, LONG_MS).then(note('small'))
    await later()
    expect(done).toEqual([])
    first.release()
    await later()
    expect(done).toEqual(['large', 'small'])
  })

  test('is reserved whole by a request for more', async () => {
    const { reserve } = byteBudget(100)
    const { done, note } = order()
    const all = await reserve(1_000, LONG_MS)
    reserve(1, LONG_MS).then(note('next'))
    await later()
    expect(done).toEqual([])
    all.release()
    await later()
    expect(done).toEqual(['next'])
  })

  test('refuses a reservation whose turn does not come in time, and admits the next', async () => {
    const { reserve } = byteBudget(100)
    const { done, note } = order()
    const first = await reserve(50, LONG_MS)
    const late = reserve(80, 5)
    reserve(10, LONG_MS).then(note('small'))
    await expect(late).rejects.toMatchObject({ kind: 'overloaded' })
    await later()
    expect(done).toEqual(['small'])
    first.release()
    await reserve(90, 5)
  })

  test('admits nothing while memory already in use takes all of it', async () => {
    const { reserve, charge } = byteBudget(100)
    const { done, note } = order()
    const large = charge(150)
    reserve(60, LONG_MS).then(note('next'))
    large.shrinkTo(50)
    await later()
    expect(done).toEqual([])
    large.release()
    await later()
    expect(done).toEqual(['next'])
  })

  test('is whole again, and no larger, however often a reservation is released', async () => {
    const { reserve } = byteBudget(100)
    const one = await reserve(70, LONG_MS)
    for (let times = 0; times < 3; times += 1) {
      one.shrinkTo(10)
      one.shrinkTo(50)
      one.release()
    }
    await reserve(100, LONG_MS)
    await expect(reserve(1, 5)).rejects.toMatchObject({ kind: 'overloaded' })
  })
})
