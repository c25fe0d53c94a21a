/** One dialog takes all writes of a cluster of four: on how many nodes do they land, beside the key (dialog)? */

import { ONE_BUCKET } from '../../kit/one-bucket.ts'
import type { Verdict } from '../../load/runner/figures.ts'
import type { Experiment } from '../experiment.ts'
import { lanesOf } from '../lanes.ts'
import { unevenness } from '../nodes.ts'
import { atLeast, atMost } from '../verdicts.ts'

const LOAD = { scenario: 'torrent', rate: 100, seconds: 40, alone: true } as const
/** So that it has 64 lanes after some seconds, and many time buckets. */
const SMALL = { BUCKET_ROWS: '6', FILL_SECONDS: '20' }
const MOST = 1.5
const LEAST_PARTITIONS = 64
const NODES = 4

export const spread: Experiment = {
  about:
    'All writes are to one dialog of a cluster of four nodes without replicas; then the same without adaptive buckets.',
  size: { nodes: NODES, replicas: 1, instances: 4, rules: SMALL },
  happens: async (stage) => {
    await stage.warmUp()
    const before = await stage.look('before')
    await stage.load('key (dialog, bucket)', LOAD)
    const between = await stage.look('after (dialog, bucket)')
    const lanes = await lanesOf(stage)
    // Other people: their dialog has no bucket but the first.
    stage.people.reverse()
    await stage.load('key (dialog)', LOAD, undefined, await stage.serveUnder(ONE_BUCKET))
    const after = await stage.look('after (dialog)')
    return {
      load: LOAD,
      lanes,
      guarantees: [
        atMost(
          'writes of the busiest node / the mean, key (dialog, bucket)',
          MOST,
          unevenness(before, between),
        ),
        atLeast('partitions of that dialog', LEAST_PARTITIONS, lanes.at(-1)?.partitions ?? 0),
        allOnOne(unevenness(between, after)),
      ],
    }
  },
}

const allOnOne = (found: number): Verdict => ({
  asserted: `writes of the busiest node / the mean, key (dialog) == ${NODES}`,
  found,
  holds: found === NODES,
})
