/** How the busiest dialog has opened time buckets, as its index tells once all is over. */

import { dialogIdOf } from '../../lib/dialog/ids.ts'
import { GENESIS, openingOf } from '../../lib/timeline/bucket.ts'
import type { Instance } from '../torrent/instance.ts'
import { closeAll, openInstances } from '../torrent/instances.ts'
import type { Person } from './ask.ts'
import type { Lanes } from './recorded.ts'
import { beginningOf } from './series.ts'
import type { Stage } from './stage.ts'

/** From genesis on, one entry an opening; `partitions` are all lanes so far. */
export const lanesOf = async ({ people, variables, requests }: Stage): Promise<Lanes[]> => {
  const [one, other] = people as [Person, Person]
  const readers = await openInstances(variables, { from: one.id, to: other.id }, new Map(), 1)
  const rows = await (readers[0] as Instance).index(dialogIdOf(one.id, other.id))
  await closeAll(readers)
  const beganSeconds = beginningOf(requests) / 1_000
  let partitions = 0
  return [GENESIS, ...rows.map(({ bucket }) => bucket).sort((a, b) => a - b)].map((bucket, index) => {
    const { openedAtSeconds, lanes } = openingOf(bucket)
    partitions += lanes
    const atSeconds = bucket === GENESIS ? 0 : Math.max(0, openedAtSeconds - beganSeconds)
    return { atSeconds: Math.round(atSeconds * 10) / 10, lanes, timeBuckets: index + 1, partitions }
  })
}
