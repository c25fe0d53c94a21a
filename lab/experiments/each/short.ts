/** `short`: a node more and then one less, for a check of every change. */
import { setTimeout as sleep } from 'node:timers/promises'
import { kill } from '../../cluster/fault.ts'
import type { Experiment } from '../experiment.ts'
import { figuresOfNode } from '../nodes.ts'
import { ownsItsShare } from '../verdicts.ts'
import { joins, NEWCOMER } from './joins.ts'
import { AFTER_MS, MODEST, SIZE } from './modest.ts'

const VICTIM = 2
const BEFORE_MS = 8_000

export const short: Experiment = {
  about: 'A fourth node joins three that are under load; then another one is killed.',
  size: SIZE,
  happens: async (stage) => {
    await stage.load('begin', MODEST, async () => {
      await sleep(BEFORE_MS)
      await joins(stage)
      stage.mark(`node ${VICTIM} is killed`, 'fault')
      await kill(stage.place, VICTIM)
      await sleep(AFTER_MS)
    })
    const nodes = await stage.look('after')
    return { load: MODEST, guarantees: ownsItsShare(nodes.map(figuresOfNode), NEWCOMER) }
  },
}
