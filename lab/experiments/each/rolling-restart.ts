/** `rolling-restart`: every node in turn, as for a new version. */
import { setTimeout as sleep } from 'node:timers/promises'
import { start } from '../../cluster/start.ts'
import type { Experiment } from '../experiment.ts'
import { AFTER_MS, MODEST, SIZE, underModestLoad } from './modest.ts'

export const rollingRestart: Experiment = {
  about: 'Each of three nodes in turn is asked to end, and started again, under load.',
  size: SIZE,
  happens: async (stage) => {
    await underModestLoad(stage, async () => {
      for (const [index, node] of stage.processes.entries()) {
        stage.mark(`node ${index + 1} is stopped`, 'fault')
        await node.stop()
        await start(stage.place, index + 1, process.env, stage.say)
        stage.mark(`node ${index + 1} answers`, 'over')
        await sleep(AFTER_MS)
      }
    })
    return { load: MODEST }
  },
}
