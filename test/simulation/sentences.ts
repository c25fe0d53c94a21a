/** The sentence that holds each mutant to being noticed, for every kind of run. */
import { expect, test } from '@jest/globals'
import type { Mutant } from './mutants.ts'
import { loadProduct, type Product } from './product.ts'

type Run<Around> = (
  seed: number,
  product: Product,
  surroundings?: Around,
) => Promise<{ violations: string[]; trace: string[] }>

export const SLOW_MACHINE_MS = 300_000

export const catches_each = <Around>(mutants: Mutant<Around>[], run: Run<Around>): void => {
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
export const repeats_itself = async (run: Run<never>, seeds = [1, 2]): Promise<void> => {
  const product = await loadProduct()
  const traces = async () => {
    const all: string[][] = []
    for (const seed of seeds) all.push((await run(seed, product)).trace)
    return all
  }
  const first = await traces()
  expect(first.flat().length).toBeGreaterThan(200)
  expect(await traces()).toEqual(first)
}
