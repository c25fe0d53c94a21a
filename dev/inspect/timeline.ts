/** An owner's timeline as it is stored: its index, then its partitions one by one, newest first. */
import { allPages } from '../../lib/buckets/pages.ts'
import { AFTER_ALL_MESSAGES, type OwnerId, stampOf } from '../../lib/model/ids.ts'
import { bucketsTable } from '../../lib/store/buckets.ts'
import { databaseNode } from '../../lib/store/node.ts'
import type { Execute } from '../../lib/store/scylla/statement.ts'
import { type Bucket, bucketOfLane, lastBucketOf } from '../../lib/timeline/bucket.ts'
import { endsFor, GENESIS_ROW, timelineOf } from '../../lib/timeline/timeline.ts'
import type { Say } from '../progress.ts'
import { oddNewest, oddPartition } from './oddities.ts'
import type { Counted } from './partition.ts'
import {
  bucketText,
  headText,
  type Inspected,
  leftOutText,
  odditiesText,
  partitionText,
  type Rows,
} from './text.ts'

export type Surroundings = {
  execute: Execute
  /** The nodes with this partition, for a person. */
  replicasOf: (owner: OwnerId, bucket: Bucket) => string[]
  say: Say
}

export type Subject = {
  owner: OwnerId
  title: string
  rows: Rows
  /** How many of the newest time buckets are written to. */
  head: number
  count: (bucket: Bucket) => Promise<Counted>
}

/** One or two screens: the busiest owners have thousands of time buckets. */
const NEWEST = 10

/** Prints the newest time buckets, and genesis, with which every timeline begins. Resolves to whether there is anything. */
export const inspectTimeline = async (subject: Subject, around: Surroundings): Promise<boolean> => {
  const { execute, say } = around
  const nowMs = await databaseNode.databaseTime(execute)
  const timeline = await timelineInDatabase(subject, execute)
  const [openings, genesis] = [timeline.slice(0, -1), timeline.slice(-1)]
  say(headText(subject.title, openings.length, nowMs))
  const odd = oddNewest(openings[0], nowMs, subject.rows)
  let rows = 0
  const show = async (timeBuckets: Inspected[]) => {
    for (const timeBucket of timeBuckets) {
      say(bucketText(timeBucket))
      for await (const partition of partitionsOf(subject, timeBucket, around)) {
        say(partitionText(partition))
        rows += partition.rows
        odd.push(...oddPartition(partition, timeBucket, subject.rows))
      }
    }
  }
  await show(openings.slice(0, NEWEST))
  if (openings.length > NEWEST) say(leftOutText(openings.slice(NEWEST)))
  await show(genesis)
  const isAnything = openings.length > 0 || rows > 0
  if (isAnything) say(odditiesText(odd))
  return isAnything
}

/** The whole index: it has one short row for each time bucket. */
const timelineInDatabase = async ({ owner, head }: Subject, execute: Execute): Promise<Inspected[]> => {
  const last = lastBucketOf(Math.floor(stampOf(AFTER_ALL_MESSAGES) / 1000))
  const openings = await allPages((from) =>
    bucketsTable.bucketsUpTo(execute, owner, last, GREATEST_LIMIT, from),
  )
  const rows = [...openings, GENESIS_ROW]
  return timelineOf(rows, endsFor(head)).map((timeBucket, index) => ({
    ...rows[index],
    ...timeBucket,
    isInHead: head > 1 && index < head,
  }))
}

const GREATEST_LIMIT = 2 ** 31 - 1

/** One by one: inspecting a hot owner must not add much to its load. */
const partitionsOf = async function* (
  { owner, count }: Subject,
  { bucket: laneZero, lanes }: Inspected,
  { replicasOf }: Surroundings,
) {
  for (let lane = 0; lane < lanes; lane += 1) {
    const bucket = bucketOfLane(laneZero, lane)
    yield { ...(await count(bucket)), bucket, lane, replicas: replicasOf(owner, bucket) }
  }
}
