/** The sentence that holds each mutant to being noticed, for every kind of run. */
import { expect, test } from '@jest/globals'
import type { Mutant } from './mutants.ts'
import { loadProduct } from './product.ts'
import type { runOnce } from './run.ts'

export const SLOW_MACHINE_MS = 300_000

export const catches_each = (mutants: Mutant[], run: typeof runOnce): void => {
  test.each(mutants)(
    '$name',
    async ({ changes, surroundings, seeds: [first, last] }) => {
      const product = await loadProduct(changes)
      const violations: string[] = []
      for (let seed = first; seed <= last && violations.length === 0; seed += 1)
        violations.push(...(await run(seed, product, surroundings)).violations)
      expect(violations).not.toEqual([])
      // A mutant that cannot run proves nothing.
      expect(violations.filter((violation) => violation.startsWith('failed with'))).toEqual([])
    },
    SLOW_MACHINE_MS,
  )
}

/** A run with the same seed is the same run. */
export const repeats_itself = async (run: typeof runOnce): Promise<void> => {
  const product = await loadProduct()
  const traces = async () => [await run(1, product), await run(2, product)].map(({ trace }) => trace)
  const first = await traces()
  expect(first.flat().length).toBeGreaterThan(200)
  expect(await traces()).toEqual(first)
}
