/** A dialog as it is stored: its index, then its partitions one by one, newest first. */

import { allPages } from '../../lib/buckets/pages.ts'
import { AFTER_ALL_MESSAGES, type DialogId, stampOf } from '../../lib/model/ids.ts'
import { bucketsTable } from '../../lib/store/buckets.ts'
import { databaseNode } from '../../lib/store/node.ts'
import type { Execute } from '../../lib/store/scylla/statement.ts'
import { type Bucket, bucketOfLane, lastBucketOf } from '../../lib/timeline/bucket.ts'
import { GENESIS_ROW, timelineOf } from '../../lib/timeline/timeline.ts'
import type { Say } from '../progress.ts'
import { oddNewest, oddPartition } from './oddities.ts'
import { readPartition } from './partition.ts'
import { bucketText, headText, type Inspected, leftOutText, odditiesText, partitionText } from './text.ts'

export type Surroundings = {
  execute: Execute
  /** The nodes with this partition, for a person. */
  replicasOf: (dialog: DialogId, bucket: Bucket) => string[]
  say: Say
}

/** One or two screens: the busiest dialogs have thousands of time buckets. */
const NEWEST = 10

/**
 * Prints the newest time buckets, and genesis, with which every timeline begins.
 * @throws Error when the dialog has no message
 */
export const inspectDialog = async (dialog: DialogId, around: Surroundings): Promise<void> => {
  const { execute, say } = around
  const nowMs = await databaseNode.databaseTime(execute)
  const timeline = await timelineInDatabase(dialog, execute)
  const [openings, genesis] = [timeline.slice(0, -1), timeline.slice(-1)]
  say(headText(dialog, openings.length, nowMs))
  const odd = oddNewest(openings[0], nowMs)
  let rows = 0
  const show = async (timeBuckets: Inspected[]) => {
    for (const timeBucket of timeBuckets) {
      say(bucketText(timeBucket))
      for await (const partition of partitionsOf(dialog, timeBucket, around)) {
        say(partitionText(partition))
        rows += partition.rows
        odd.push(...oddPartition(partition, timeBucket))
      }
    }
  }
  await show(openings.slice(0, NEWEST))
  if (openings.length > NEWEST) say(leftOutText(openings.slice(NEWEST)))
  await show(genesis)
  if (openings.length === 0 && rows === 0)
    throw new Error('no such dialog: genesis only, and no message in it')
  say(odditiesText(odd))
}

/** The whole index: it has one short row for each time bucket. */
const timelineInDatabase = async (dialog: DialogId, execute: Execute): Promise<Inspected[]> => {
  const last = lastBucketOf(Math.floor(stampOf(AFTER_ALL_MESSAGES) / 1000))
  const openings = await allPages((from) =>
    bucketsTable.bucketsUpTo(execute, dialog, last, GREATEST_LIMIT, from),
  )
  const rows = [...openings, GENESIS_ROW]
  return timelineOf(rows).map((timeBucket, index) => ({ ...rows[index], ...timeBucket }))
}

const GREATEST_LIMIT = 2 ** 31 - 1

/** One by one: inspecting a hot dialog must not add much to its load. */
const partitionsOf = async function* (
  dialog: DialogId,
  { bucket: laneZero, lanes }: Inspected,
  { execute, replicasOf }: Surroundings,
) {
  for (let lane = 0; lane < lanes; lane += 1) {
    const bucket = bucketOfLane(laneZero, lane)
    const counted = await readPartition(dialog, bucket, execute)
    yield { ...counted, bucket, lane, replicas: replicasOf(dialog, bucket) }
  }
}
