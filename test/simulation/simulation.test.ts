import { describe, expect, test } from '@jest/globals'
import { MUTANTS } from './mutants.ts'
import { loadProduct } from './product.ts'
import { runOnce } from './run.ts'

const RUNS = 150
const SLOW_MACHINE_MS = 180_000

describe('under lost, late, doubled and doubtful writes, frozen and dying instances, and clocks apart,', () => {
  test(
    'whatever was acknowledged is listed once, in order, and pollers miss nothing',
    async () => {
      const product = await loadProduct()
      let acknowledged = 0
      for (let seed = 1; seed <= RUNS; seed += 1) {
        const result = await runOnce(seed, product)
        expect({ seed, violations: result.violations }).toEqual({ seed, violations: [] })
        acknowledged += result.acknowledged
      }
      expect(acknowledged).toBeGreaterThan(RUNS * 10)
    },
    SLOW_MACHINE_MS,
  )

  test('a run is the same whenever its seed is run again', async () => {
    const product = await loadProduct()
    const [first, again] = [await runOnce(7, product), await runOnce(7, product)]
    expect(again.trace).toEqual(first.trace)
    expect(first.trace.length).toBeGreaterThan(100)
  })
})

describe('the simulation notices when a rule is switched off:', () => {
  const caught = MUTANTS.flatMap((mutant) => (mutant.caughtBy === undefined ? [] : [mutant]))

  test.each(caught)('$name', async ({ changes, surroundings, caughtBy = 0 }) => {
    const { violations } = await runOnce(caughtBy, await loadProduct(changes), surroundings)
    expect(violations).not.toEqual([])
  })
})
