/** `pause-node`: a node keeps its connections and answers nobody, then goes on as if nothing had been. */
import { setTimeout as sleep } from 'node:timers/promises'
import { pause, resume } from '../../cluster/fault.ts'
import { atFourFifths, VICTIM } from './at-four-fifths.ts'
import { AFTER_MS } from './modest.ts'

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
