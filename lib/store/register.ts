/**
 * The write timestamp of a value that only ever grows, in microseconds: made of the value itself. So the greatest value
 * wins in whatever order writes arrive, without reading and without a lightweight transaction.
 */
import { type MessageId, stampOf } from '../model/ids.ts'
import { type Bucket, bucketOf, openingOf } from '../timeline/bucket.ts'

/** rand_a of a UUIDv7: the 12 bits after the version, three digits of its text. */
const [RAND_A_BEGIN, RAND_A_END] = [15, 18]
const RAND_A_VALUES = 4096

/**
 * Ids of the same millisecond may have the same timestamp: the database then keeps the greater value, and so the later id.
 * A removal with that timestamp removes both. Exact until the year 2255, when microseconds exceed 53 bits.
 */
export const timestampOfId = (id: MessageId): number =>
  stampOf(id) * 1000 +
  Math.floor((Number.parseInt(id.slice(RAND_A_BEGIN, RAND_A_END), 16) * 1000) / RAND_A_VALUES)

/** No two buckets have the same: what is left of a number without its second is far below a million. */
export const timestampOfBucket = (bucket: Bucket): number => {
  const { openedAtSeconds } = openingOf(bucket)
  return openedAtSeconds * 1_000_000 + (bucket - bucketOf({ openedAtSeconds, lanes: 1 }))
}
