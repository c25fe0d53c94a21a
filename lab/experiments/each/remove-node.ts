/** `remove-node`: a node less under load. */
import { setTimeout as sleep } from 'node:timers/promises'
import { remove } from '../../cluster/remove.ts'
import type { Experiment } from '../experiment.ts'
import { atMost } from '../verdicts.ts'
import { AFTER_MS, MODEST, SIZE, underModestLoad } from './modest.ts'
import { p99Of } from './p99.ts'

const LEAVER = 4

export const removeNode: Experiment = {
  about: 'One of four nodes hands its data over under load, and leaves.',
  size: { ...SIZE, nodes: 4 },
  happens: async (stage) => {
    await underModestLoad(stage, async () => {
      stage.mark(`node ${LEAVER} begins to leave`, 'fault')
      await remove(stage.place, LEAVER, process.env, stage.say)
      stage.mark(`node ${LEAVER} has left`, 'over')
      await sleep(AFTER_MS)
    })
    const ratio = p99Of(stage, `node ${LEAVER} begins to leave`) / p99Of(stage, 'begin')
    return { load: MODEST, targets: [atMost('p99 while a node leaves / before', 3, ratio)] }
  },
}
