/** `remove-node`: a node less under load. */
import { setTimeout as sleep } from 'node:timers/promises'
import { remove } from '../../cluster/remove.ts'
import type { Experiment } from '../experiment.ts'
import { atMost } from '../verdicts.ts'
import { AFTER_MS, BEFORE_MS, MODEST, SIZE } from './modest.ts'
import { p99Of } from './p99.ts'

const LEAVER = 4

export const removeNode: Experiment = {
  about: 'One of four nodes hands its data over under load, and leaves.',
  size: { ...SIZE, nodes: 4 },
  happens: async (stage) => {
    await stage.warmUp()
    await stage.look('before')
    await stage.load('begin', MODEST, async () => {
      await sleep(BEFORE_MS)
      stage.mark(`node ${LEAVER} begins to leave`, 'fault')
      await remove(stage.place, LEAVER, process.env, stage.say)
      stage.mark(`node ${LEAVER} has left`, 'over')
      await sleep(AFTER_MS)
    })
    await stage.look('after')
    const ratio = p99Of(stage, `node ${LEAVER} begins to leave`) / p99Of(stage, 'begin')
    return { load: MODEST, targets: [atMost('p99 while a node leaves / before', 3, ratio)] }
  },
}
