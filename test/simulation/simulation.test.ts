import { describe, expect, test } from '@jest/globals'
import { a_command } from '../world/command.ts'
import { MUTANTS } from './mutants.ts'
import { loadProduct } from './product.ts'
import { runOnce } from './run.ts'

const SLOW_MACHINE_MS = 300_000
const simulate = (...options: string[]) => a_command(['run', '-s', 'simulate', '--', ...options], process.env)

describe('with lost, late, doubled and doubtful writes, frozen and dying instances, and wrong clocks,', () => {
  test(
    'every acknowledged message is listed once, in order, and pollers miss none',
    async () => {
      const simulation = simulate('--runs', '1100', '--seed', '1')
      const code = await simulation.ended
      expect(simulation.output()).toMatch(
        /1100 runs from seed 1: [5-9]\d{4} messages acknowledged, no violation/,
      )
      expect(simulation.output()).toMatch(
        /[1-9]\d{3} openings, [1-9]\d{2,} with more lanes .* ([5-9]\d|\d{3,}) with fewer/,
      )
      expect(code).toBe(0)
    },
    SLOW_MACHINE_MS,
  )

  test('a run with the same seed is the same run', async () => {
    const product = await loadProduct()
    const traces = async () =>
      [await runOnce(1, product), await runOnce(2, product)].map(({ trace }) => trace)
    const first = await traces()
    expect(first.flat().length).toBeGreaterThan(200)
    expect(await traces()).toEqual(first)
  })
})

describe('the simulation catches each mutant:', () => {
  test.each(MUTANTS)(
    '$name',
    async ({ changes, surroundings, seeds: [first, last] }) => {
      const product = await loadProduct(changes)
      const violations: string[] = []
      for (let seed = first; seed <= last && violations.length === 0; seed += 1)
        violations.push(...(await runOnce(seed, product, surroundings)).violations)
      expect(violations).not.toEqual([])
      // A mutant that cannot run proves nothing.
      expect(violations.filter((violation) => violation.startsWith('failed with'))).toEqual([])
    },
    SLOW_MACHINE_MS,
  )

  test('the command prints the trace of a failing seed, and how to run it again', async () => {
    const simulation = simulate('--runs', '5', '--seed', '1', '--mutant', 'remembering-generator')
    expect(await simulation.ended).toBe(1)
    expect(simulation.output()).toMatch(
      / acknowledges [\s\S]*VIOLATION [\s\S]*again: npm run simulate -- --runs 1/,
    )
  })
})
