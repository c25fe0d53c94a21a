/** The number of a partition: openedAt * 1024 + log2(lanes) * 64 + lane, an exact integer for every UUIDv7 stamp. */

declare const brand: unique symbol
export type Bucket = number & { readonly [brand]: 'Bucket' }

/** What identifies a time bucket. Two openings in the same second with different lane counts are simply two. */
export type Opening = { openedAtSeconds: number; lanes: number }

/** The time bucket that every owner has without an index row: opened in second 0, one lane. */
export const GENESIS = 0 as Bucket

/** 64 partitions take about 64,000 messages a second to one dialog; a page then reads all 64. */
export const MAX_LANES = 64
/** A UUIDv7 carries 48 bits of milliseconds. */
const LAST_SECOND = Math.floor((2 ** 48 - 1) / 1000)
const PER_SECOND = 1024
const PER_LANE_COUNT = 64

/** The number of lane 0, which stands for the whole time bucket in the index. */
export const bucketOf = ({ openedAtSeconds, lanes }: Opening): Bucket =>
  (openedAtSeconds * PER_SECOND + Math.log2(lanes) * PER_LANE_COUNT) as Bucket

/** The number of another lane of the same time bucket. */
export const bucketOfLane = (laneZero: Bucket, lane: number): Bucket => (laneZero + lane) as Bucket

export const openingOf = (bucket: Bucket): Opening => ({
  openedAtSeconds: Math.floor(bucket / PER_SECOND),
  lanes: 2 ** Math.floor((bucket % PER_SECOND) / PER_LANE_COUNT),
})

/** Refuses numbers that no opening can have made; second 0 has only genesis. */
export const parseBucket = (number: number): Bucket | undefined => {
  const { openedAtSeconds, lanes } = openingOf(number as Bucket)
  const isValid =
    Number.isSafeInteger(number) &&
    (number === GENESIS || (openedAtSeconds > 0 && openedAtSeconds <= LAST_SECOND)) &&
    lanes <= MAX_LANES &&
    number % PER_LANE_COUNT < lanes
  return isValid ? (number as Bucket) : undefined
}

/** The highest number of a time bucket opened in this second or before it. */
export const lastBucketOf = (unixSeconds: number): Bucket =>
  (unixSeconds * PER_SECOND + PER_SECOND - 1) as Bucket
