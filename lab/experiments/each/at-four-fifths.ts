/** One node of three fails at four fifths of what the cluster bears: does it still bear that? */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Experiment } from '../experiment.ts'
import type { Stage } from '../stage.ts'
import { atLeast, throughputAfter } from '../verdicts.ts'
import { BEFORE_MS, SIZE } from './modest.ts'

export const VICTIM = 2
const PART_OF_CEILING = 0.8
const LEAST_THROUGHPUT = 0.8
const TARGET = 'throughput from 10 s after the fault to its end / before'

export const atFourFifths = (about: string, befall: (stage: Stage) => Promise<void>): Experiment => ({
  about,
  size: SIZE,
  happens: async (stage) => {
    await stage.look('before')
    const rate = Math.round((await stage.ceiling()) * PART_OF_CEILING)
    const load = { scenario: 'town', rate } as const
    await stage.load('begin', load, async () => {
      await sleep(BEFORE_MS)
      await befall(stage)
    })
    await stage.look('after')
    return {
      load,
      targets: [atLeast(TARGET, LEAST_THROUGHPUT, throughputAfter(stage.requests, stage.marks))],
    }
  },
})
