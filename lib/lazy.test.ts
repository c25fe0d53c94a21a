import { expect, test } from '@jest/globals'
import { lazy } from './lazy.ts'

test('builds once for all concurrent callers', async () => {
  let builds = 0
  const thing = lazy(async () => ({ build: ++builds }))
  const [one, other] = await Promise.all([thing(), thing()])
  expect(one).toBe(other)
  expect(builds).toBe(1)
})

test('forgets a failed build, so that the next call tries again', async () => {
  let builds = 0
  const thing = lazy(async () => {
    builds += 1
    if (builds === 1) throw new Error('not yet')
    return builds
  })
  await expect(thing()).rejects.toThrow('not yet')
  await expect(thing()).resolves.toBe(2)
})

test('a spent value is disposed of once and built again', async () => {
  const disposed: number[] = []
  let spent = 0
  let builds = 0
  const thing = lazy(async () => ++builds, {
    isSpent: (build) => build === spent,
    dispose: async (build) => {
      disposed.push(build)
      throw new Error('disposing may fail')
    },
  })
  expect(await thing()).toBe(1)
  spent = 1
  expect(await Promise.all([thing(), thing()])).toEqual([2, 2])
  expect(disposed).toEqual([1])
})

test('a spent value is disposed of before the next one is built', async () => {
  const order: string[] = []
  let isSpent = false
  const value = lazy(
    async () => {
      order.push('built')
      isSpent = false
      return {}
    },
    { isSpent: () => isSpent, dispose: async () => void order.push('disposed of') },
  )
  await value()
  isSpent = true
  await value()
  expect(order).toEqual(['built', 'disposed of', 'built'])
})

test('retiring disposes of what was built, and builds nothing for it', async () => {
  const disposed: number[] = []
  let builds = 0
  const dispose = async (build: number) => void disposed.push(build)
  const thing = lazy(async () => ++builds, { isSpent: () => false, dispose })
  await thing.retire()
  expect(builds).toBe(0)
  await thing()
  await thing.retire()
  expect(disposed).toEqual([1])
  expect(await thing()).toBe(2)
})

test('retiring during a build waits and disposes of its value, and the next call builds again', async () => {
  const disposed: number[] = []
  const builds: ((build: number) => void)[] = []
  const dispose = async (build: number) => void disposed.push(build)
  const thing = lazy(() => new Promise<number>((resolve) => builds.push(resolve)), {
    isSpent: () => false,
    dispose,
  })
  const first = thing()
  const retired = thing.retire()
  const second = thing()
  builds[0]?.(1)
  await retired
  expect(disposed).toEqual([1])
  builds[1]?.(2)
  expect([await first, await second, await thing()]).toEqual([1, 2, 2])
})

test('after failures the next build is delayed; callers in the meantime soon get the last failure', async () => {
  const waits: number[] = []
  let builds = 0
  const thing = lazy(
    async () => {
      builds += 1
      throw new Error(`failure ${builds}`)
    },
    undefined,
    (failures) => waits[failures] ?? 0,
  )
  waits.push(0, 100, 60_000)
  await expect(thing()).rejects.toThrow('failure 1')
  const began = performance.now()
  await expect(thing()).rejects.toThrow('failure 2')
  expect(performance.now() - began).toBeGreaterThanOrEqual(95)
  for (const _ of [1, 2, 3]) await expect(thing()).rejects.toThrow('failure 2')
  expect(performance.now() - began).toBeLessThan(1_000)
  expect(builds).toBe(2)
  await thing.retire()
})

test('a slow build after a failure goes on, although nobody waits for it any more', async () => {
  const builds: { resolve: (build: number) => void; reject: (error: Error) => void }[] = []
  const build = () => new Promise<number>((resolve, reject) => builds.push({ resolve, reject }))
  const thing = lazy(build, undefined, () => 0)
  const first = thing()
  builds[0]?.reject(new Error('not yet'))
  await expect(first).rejects.toThrow('not yet')
  await expect(thing()).rejects.toThrow('not yet')
  builds[1]?.resolve(2)
  expect([await thing(), builds.length]).toEqual([2, 2])
})

test('retiring does not wait for a build that has not begun', async () => {
  let builds = 0
  const thing = lazy(
    async () => {
      builds += 1
      throw new Error('not yet')
    },
    undefined,
    (failures) => failures * 60_000,
  )
  await expect(thing()).rejects.toThrow('not yet')
  await expect(thing()).rejects.toThrow('not yet')
  await thing.retire()
  expect(builds).toBe(1)
})
