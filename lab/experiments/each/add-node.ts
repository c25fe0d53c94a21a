/** `add-node`: a node more under load. */
import type { Experiment } from '../experiment.ts'
import { figuresOfNode } from '../nodes.ts'
import { atMost, ownsItsShare } from '../verdicts.ts'
import { joins, NEWCOMER } from './joins.ts'
import { MODEST, SIZE, underModestLoad } from './modest.ts'
import { p99Of } from './p99.ts'

export const addNode: Experiment = {
  about: 'A fourth node joins three that are under load, and takes over its share.',
  size: SIZE,
  happens: async (stage) => {
    const nodes = await underModestLoad(stage, () => joins(stage))
    const ratio = p99Of(stage, `node ${NEWCOMER} starts`) / p99Of(stage, 'begin')
    return {
      load: MODEST,
      guarantees: ownsItsShare(nodes.map(figuresOfNode), NEWCOMER),
      targets: [atMost('p99 while a node joins / before', 3, ratio)],
    }
  },
}
