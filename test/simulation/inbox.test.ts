import { describe, expect, test } from '@jest/globals'
import { a_command } from '../world/command.ts'
import { INBOX_MUTANTS } from './inbox/mutants.ts'
import { runInbox } from './inbox/run.ts'
import { loadProduct } from './product.ts'
import { catches_each, repeats_itself, SLOW_MACHINE_MS } from './sentences.ts'

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

  test('a run with the same seed is the same run', () => repeats_itself(runInbox))
})

describe('the simulation of inboxes catches each mutant:', () => {
  catches_each(INBOX_MUTANTS, runInbox)
})
