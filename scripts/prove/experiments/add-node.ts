/** `add-node`: a node more under load. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Experiment } from '../experiment.ts'
import { figuresOfNode } from '../nodes.ts'
import { atMost, ownsItsShare } from '../verdicts.ts'
import { joins, NEWCOMER } from './joins.ts'
import { BEFORE_MS, MODEST, SIZE } from './modest.ts'
import { p99Of } from './p99.ts'

export const addNode: Experiment = {
  about: 'A fourth node joins three that are under load, and takes over its share.',
  size: SIZE,
  happens: async (stage) => {
    await stage.warmUp()
    await stage.look('before')
    await stage.load('begin', MODEST, async () => {
      await sleep(BEFORE_MS)
      await joins(stage)
    })
    const nodes = await stage.look('after')
    const ratio = p99Of(stage, `node ${NEWCOMER} starts`) / p99Of(stage, 'begin')
    return {
      load: MODEST,
      guarantees: ownsItsShare(nodes.map(figuresOfNode), NEWCOMER),
      targets: [atMost('p99 while a node joins / before', 3, ratio)],
    }
  },
}
