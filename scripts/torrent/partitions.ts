/** How many rows each partition of a dialog holds, counted by the database. */
import { readDatabaseConfig } from '../../lib/config.ts'
import type { DialogId } from '../../lib/dialog/ids.ts'
import { connect } from '../../lib/store/scylla/connect.ts'
import { type Bucket, laneOf, openingOf } from '../../lib/timeline/bucket.ts'

const COUNT_ROWS = 'SELECT count(*) AS held FROM messages WHERE dialog_id = ? AND bucket = ?'

/** Of one time bucket: its lanes from 0 on. */
export type Held = { bucket: Bucket; rows: number[] }

export const countRows = async (
  variables: NodeJS.ProcessEnv,
  dialog: DialogId,
  timeBuckets: Bucket[],
): Promise<Held[]> => {
  const config = readDatabaseConfig(variables)
  const database = await connect(config, config.keyspace)
  const define = database.throughOneCoordinator()
  const countOf = async (bucket: Bucket) =>
    Number((await define(COUNT_ROWS, [dialog, bucket])).rows[0]?.['held'])
  const held: Held[] = []
  try {
    for (const bucket of timeBuckets) {
      const lanes = Array.from({ length: openingOf(bucket).lanes }, (_, lane) => laneOf(bucket, lane))
      held.push({ bucket, rows: await Promise.all(lanes.map(countOf)) })
    }
  } finally {
    await database.close()
  }
  return held
}
