/** `kill-node`: a node is gone at once, and comes back with its data. */
import { setTimeout as sleep } from 'node:timers/promises'
import { kill } from '../../cluster/fault.ts'
import { start } from '../../cluster/start.ts'
import { atFourFifths, VICTIM } from './at-four-fifths.ts'
import { AFTER_MS } from './modest.ts'

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
