import { describe, expect, test } from '@jest/globals'
import { byteBudget } from './byte-budget.ts'

const LONG_MS = 60_000
/** What has happened once all that can go on has gone on. */
const later = () => new Promise((resolve) => setImmediate(resolve))

const order = () => {
  const done: string[] = []
  const note = (name: string) => () => void done.push(name)
  return { done, note }
}

describe('a budget of 100 bytes', () => {
  test('lets in what fits, and the next as soon as enough is given back', async () => {
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

  test('serves in the order of asking: a large one is not overtaken by small ones', async () => {
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

  test('gives all of it to one that asks for more', async () => {
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

  test('turns away whose turn does not come in time, and lets the next go on', async () => {
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

  test('lets nobody in while what is there already takes it all', async () => {
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

  test('is whole again, however often a reservation is given back', async () => {
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
