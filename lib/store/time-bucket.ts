/** The number of a time bucket, as a column holds it. */
import { Fault } from '../errors.ts'
import { type Bucket, bucketOf, openingOf, parseBucket } from '../timeline/bucket.ts'

/** @throws Fault `database_unavailable` for any other number: it would hide what is looked for; better no answer */
export const timeBucketIn = (column: unknown): Bucket => {
  const bucket = parseBucket(Number(column))
  if (bucket === undefined || bucketOf(openingOf(bucket)) !== bucket)
    throw new Fault('database_unavailable', `not the number of a time bucket: ${column}`)
  return bucket
}
