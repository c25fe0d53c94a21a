import { describe, expect, test } from '@jest/globals'
import { a_command } from '../world/command.ts'
import { catches_each, repeats_itself, SLOW_MACHINE_MS } from './sentences.ts'
import { SESSION_MUTANTS } from './sessions/mutants.ts'
import { runSession } from './sessions/run.ts'

const simulate = (...options: string[]) =>
  a_command(['run', '-s', 'simulate', '--', '--sessions', ...options], process.env)

describe('with writes in doubt, replies that are lost or late, requests that are repeated, and clocks that step,', () => {
  test(
    'no honest client loses its session, and it cannot go on beside a thief',
    async () => {
      const simulation = simulate('--runs', '3000', '--seed', '1')
      const code = await simulation.ended
      expect(simulation.output()).toMatch(/3000 runs from seed 1: 1\d{5} refreshes, no violation/)
      expect(simulation.output()).toMatch(/1[2-6]\d\d thieves were caught/)
      expect(code).toBe(0)
    },
    SLOW_MACHINE_MS,
  )

  test('a run with the same seed is the same run', () => repeats_itself(runSession, [26, 28]))
})

describe('the simulation of sessions catches each mutant:', () => {
  catches_each(SESSION_MUTANTS, runSession)
})
