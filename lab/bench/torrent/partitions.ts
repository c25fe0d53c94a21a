/** How many rows the partitions of a dialog hold, time bucket by time bucket. */

import { readPartition } from '../../../dev/inspect/partition.ts'
import { startCall } from '../../../lib/call.ts'
import { readDatabaseConfig } from '../../../lib/config/database.ts'
import type { Environment } from '../../../lib/config/environment.ts'
import type { DialogId } from '../../../lib/model/ids.ts'
import { connect } from '../../../lib/store/scylla/connect.ts'
import type { Execute } from '../../../lib/store/scylla/statement.ts'
import { type Bucket, bucketOfLane, openingOf } from '../../../lib/timeline/bucket.ts'

const STATEMENT_MS = 5_000

/** `rows` of one time bucket, by lane, from 0 on. */
export type Held = { bucket: Bucket; rows: number[] }

export const countRows = async (
  variables: Environment,
  dialog: DialogId,
  timeBuckets: Bucket[],
): Promise<Held[]> => {
  const config = readDatabaseConfig(variables)
  const database = await connect(config, config.keyspace)
  const execute: Execute = (...statement) => database.within(startCall(STATEMENT_MS))(...statement)
  const held: Held[] = []
  try {
    for (const bucket of timeBuckets) {
      const lanes = Array.from({ length: openingOf(bucket).lanes }, (_, lane) => bucketOfLane(bucket, lane))
      const counted = await Promise.all(lanes.map((lane) => readPartition(dialog, lane, execute)))
      held.push({ bucket, rows: counted.map(({ rows }) => rows) })
    }
  } finally {
    await database.close()
  }
  return held
}
