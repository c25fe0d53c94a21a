import { describe, expect, test } from '@jest/globals'
import { a_command } from '../world/command.ts'
import { INBOX_MUTANTS } from './inbox/mutants.ts'
import { runInbox } from './inbox/run.ts'
import { loadProduct } from './product.ts'

const SLOW_MACHINE_MS = 300_000
const simulate = (...options: string[]) =>
  a_command(['run', '-s', 'simulate', '--', '--inbox', ...options], process.env)

describe('with moves that are abandoned, and all that goes wrong in a dialog,', () => {
  test(
    'a walk through an inbox has every dialog once, and in order',
    async () => {
      const simulation = simulate('--runs', '600', '--seed', '1')
      const code = await simulation.ended
      expect(simulation.output()).toMatch(
        /600 runs from seed 1: [12]\d{4} messages acknowledged, no violation/,
      )
      expect(simulation.output()).toMatch(/[3-6]\d{4} times a dialog that nothing happened to was in a walk/)
      expect(code).toBe(0)
    },
    SLOW_MACHINE_MS,
  )

  test('a dialog that was updated in an older lane after it had moved is in a walk, too', async () => {
    expect((await runInbox(10_250, await loadProduct())).violations).toEqual([])
  })

  test('a run with the same seed is the same run', async () => {
    const product = await loadProduct()
    const traces = async () =>
      [await runInbox(1, product), await runInbox(2, product)].map(({ trace }) => trace)
    const first = await traces()
    expect(first.flat().length).toBeGreaterThan(200)
    expect(await traces()).toEqual(first)
  })
})

describe('the simulation of inboxes catches each mutant:', () => {
  test.each(INBOX_MUTANTS)(
    '$name',
    async ({ changes, surroundings, seeds: [first, last] }) => {
      const product = await loadProduct(changes)
      const violations: string[] = []
      for (let seed = first; seed <= last && violations.length === 0; seed += 1)
        violations.push(...(await runInbox(seed, product, surroundings)).violations)
      expect(violations).not.toEqual([])
      // A mutant that cannot run proves nothing.
      expect(violations.filter((violation) => violation.startsWith('failed with'))).toEqual([])
    },
    SLOW_MACHINE_MS,
  )
})
