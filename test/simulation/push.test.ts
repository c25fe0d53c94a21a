import { describe, expect, test } from '@jest/globals'
import { a_command } from '../world/command.ts'
import { PUSH_MUTANTS } from './push/mutants.ts'
import { runPush } from './push/run.ts'
import { catches_each, repeats_itself, SLOW_MACHINE_MS } from './sentences.ts'

const simulate = (...options: string[]) =>
  a_command(['run', '-s', 'simulate', '--', '--push', ...options], process.env)

describe('with pushes that are lost or late, connections that break, and all that goes wrong in an inbox,', () => {
  test(
    'every device that comes back has shown what its person was sent, and none whose token is withdrawn hears anything',
    async () => {
      const simulation = simulate('--runs', '600', '--seed', '1')
      const code = await simulation.ended
      expect(simulation.output()).toMatch(/600 runs from seed 1: \d{5} messages acknowledged, no violation/)
      expect(simulation.output()).toMatch(/\d{5} frames arrived/)
      expect(code).toBe(0)
    },
    SLOW_MACHINE_MS,
  )

  test('a run with the same seed is the same run', () => repeats_itself(runPush))
})

describe('the simulation of pushes catches each mutant:', () => {
  catches_each(PUSH_MUTANTS, runPush)
})
