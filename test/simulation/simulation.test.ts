import { describe, expect, test } from '@jest/globals'
import { a_command } from '../world/command.ts'
import { MUTANTS } from './mutants.ts'
import { runOnce } from './run.ts'
import { catches_each, repeats_itself, SLOW_MACHINE_MS } from './sentences.ts'

const simulate = (...options: string[]) => a_command(['run', '-s', 'simulate', '--', ...options], process.env)

describe('with lost, late, doubled and doubtful writes, frozen and dying instances, and wrong clocks,', () => {
  test(
    'every acknowledged message is listed once, in order, and pollers miss none',
    async () => {
      const simulation = simulate('--runs', '1200', '--seed', '1')
      const code = await simulation.ended
      expect(simulation.output()).toMatch(/1200 runs from seed 1: 1\d{5} messages acknowledged, no violation/)
      expect(simulation.output()).toMatch(
        /[1-9]\d{3} openings, [1-9]\d{2,} with more lanes .* [1-9]\d{2,} with fewer/,
      )
      expect(code).toBe(0)
    },
    SLOW_MACHINE_MS,
  )

  test('a run with the same seed is the same run', () => repeats_itself(runOnce))
})

describe('the simulation catches each mutant:', () => {
  catches_each(MUTANTS, runOnce)

  test('the command prints the trace of a failing seed, and how to run it again', async () => {
    const simulation = simulate('--runs', '5', '--seed', '1', '--mutant', 'remembering-generator')
    expect(await simulation.ended).toBe(1)
    expect(simulation.output()).toMatch(
      / acknowledges [\s\S]*VIOLATION [\s\S]*again: npm run simulate -- --runs 1/,
    )
  })
})
