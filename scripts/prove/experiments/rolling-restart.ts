/** `rolling-restart`: every node in turn, as for a new version. */
import { setTimeout as sleep } from 'node:timers/promises'
import { start } from '../../cluster/start.ts'
import type { Experiment } from '../experiment.ts'
import { AFTER_MS, BEFORE_MS, MODEST, SIZE } from './modest.ts'

export const rollingRestart: Experiment = {
  about: 'Each of three nodes in turn is asked to end, and started again, under load.',
  size: SIZE,
  happens: async (stage) => {
    await stage.warmUp()
    await stage.look('before')
    await stage.load('begin', MODEST, async () => {
      await sleep(BEFORE_MS)
      for (const [index, node] of stage.processes.entries()) {
        stage.mark(`node ${index + 1} is stopped`, 'fault')
        await node.stop()
        await start(stage.place, index + 1, process.env, stage.say)
        stage.mark(`node ${index + 1} answers`, 'over')
        await sleep(AFTER_MS)
      }
    })
    await stage.look('after')
    return { load: MODEST }
  },
}
