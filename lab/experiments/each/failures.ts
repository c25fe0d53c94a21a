/** Experiments in which one of three nodes fails at four fifths of the ceiling. */
import { setTimeout as sleep } from 'node:timers/promises'
import { start } from '../../cluster/change.ts'
import { kill, pause, resume } from '../../cluster/fault.ts'
import type { Experiment } from '../experiment.ts'
import type { Stage } from '../stage.ts'
import { atLeast, throughputAfter } from '../verdicts.ts'
import { AFTER_MS, BEFORE_MS, SIZE } from './modest.ts'

const VICTIM = 2
const PART_OF_CEILING = 0.8
const LEAST_THROUGHPUT = 0.8
const TARGET = 'throughput from 10 s after the fault to its end / before'

const atFourFifths = (about: string, befall: (stage: Stage) => Promise<void>): Experiment => ({
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

const DOWN_MS = 20_000

export const killNode = atFourFifths(
  'One of three nodes is killed at 80 % of what the cluster bears, and started 20 s later.',
  async ({ place, mark, say }) => {
    mark(`node ${VICTIM} is killed`, 'fault')
    await kill(place, VICTIM)
    await sleep(DOWN_MS)
    mark(`node ${VICTIM} is started`)
    await start(place, VICTIM, process.env, say)
    mark(`node ${VICTIM} answers`, 'over')
    await sleep(AFTER_MS)
  },
)

const PAUSE_MS = 15_000

export const pauseNode = atFourFifths(
  'One of three nodes is frozen for 15 s (SIGSTOP) at 80 % of what the cluster bears.',
  async ({ place, mark }) => {
    mark(`node ${VICTIM} is paused`, 'fault')
    await pause(place, VICTIM)
    await sleep(PAUSE_MS)
    await resume(place, VICTIM)
    mark(`node ${VICTIM} goes on`, 'over')
    await sleep(AFTER_MS)
  },
)
