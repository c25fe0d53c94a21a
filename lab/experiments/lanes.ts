/** How the busiest dialog has opened time buckets, as its index tells once all is over. */
import { dialogIdOf } from '../../lib/model/ids.ts'
import { type Bucket, GENESIS, openingOf } from '../../lib/timeline/bucket.ts'
import type { Instance } from '../bench/torrent/instance.ts'
import { closeAll, openInstances } from '../bench/torrent/instances.ts'
import type { Person } from './ask.ts'
import type { Lanes } from './recorded.ts'
import { beginningOf } from './series.ts'
import type { Stage } from './stage.ts'

/** From genesis on, one entry an opening. */
export const lanesOf = async ({ people, variables, requests }: Stage): Promise<Lanes[]> => {
  const [one, other] = people as [Person, Person]
  const readers = await openInstances(variables, { from: one.id, to: other.id }, new Map(), 1)
  const rows = await (readers[0] as Instance).index(dialogIdOf(one.id, other.id))
  await closeAll(readers)
  return lanesIn(
    rows.map(({ bucket }) => bucket),
    beginningOf(requests),
  )
}

/** `partitions` are all lanes so far. */
export const lanesIn = (opened: Bucket[], beganMs: number): Lanes[] => {
  let partitions = 0
  return [GENESIS, ...opened.toSorted((a, b) => a - b)].map((bucket, index) => {
    const { openedAtSeconds, lanes } = openingOf(bucket)
    partitions += lanes
    // Openings are of whole seconds, cut off; genesis is as old as time.
    const atSeconds = Math.max(0, openedAtSeconds - Math.floor(beganMs / 1_000))
    return { atSeconds, lanes, timeBuckets: index + 1, partitions }
  })
}
