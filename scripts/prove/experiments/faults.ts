/** One node of three fails at four fifths of what the cluster bears: killed, or frozen. */
import { setTimeout as sleep } from 'node:timers/promises'
import { kill, pause, resume } from '../../cluster/fault.ts'
import { start } from '../../cluster/start.ts'
import type { Experiment } from '../experiment.ts'
import type { Stage } from '../stage.ts'
import { atLeast, throughputAfter } from '../verdicts.ts'

const VICTIM = 2
const PART_OF_CEILING = 0.8
const BEFORE_MS = 20_000
const DOWN_MS = 20_000
const PAUSE_MS = 15_000
const LEAST_THROUGHPUT = 0.8

const underFault = (about: string, seconds: number, befall: (stage: Stage) => Promise<void>): Experiment => ({
  about,
  size: { nodes: 3, replicas: 3, instances: 4 },
  happens: async (stage) => {
    await stage.look('before')
    const rate = Math.round((await stage.ceiling()) * PART_OF_CEILING)
    await stage.load('begin', { scenario: 'town', rate, seconds }, async () => {
      await sleep(BEFORE_MS)
      await befall(stage)
    })
    await stage.look('after')
    const throughput = throughputAfter(stage.requests, stage.marks)
    return {
      load: 'town',
      requestsPerSecond: rate,
      targets: [
        atLeast('throughput from 10 s after the fault to its end / before', LEAST_THROUGHPUT, throughput),
      ],
    }
  },
})

export const killNode = underFault(
  'One of three nodes is killed at 80 % of what the cluster bears, and started 20 s later.',
  80,
  async ({ place, mark, say }) => {
    mark(`node ${VICTIM} is killed`, 'fault')
    await kill(place, VICTIM)
    await sleep(DOWN_MS)
    await start(place, VICTIM, process.env, say)
    mark(`node ${VICTIM} answers`, 'over')
  },
)

export const pauseNode = underFault(
  'One of three nodes is frozen for 15 s (SIGSTOP) at 80 % of what the cluster bears.',
  60,
  async ({ place, mark }) => {
    mark(`node ${VICTIM} is paused`, 'fault')
    await pause(place, VICTIM)
    await sleep(PAUSE_MS)
    await resume(place, VICTIM)
    mark(`node ${VICTIM} goes on`, 'over')
  },
)
