/** The number of a partition: openedAt * 1024 + log2(lanes) * 64 + lane, an exact integer until the year 280,000. */

declare const brand: unique symbol
export type Bucket = number & { readonly [brand]: 'Bucket' }

/** The bucket that every dialog has without a row saying so. */
export const GENESIS = 0 as Bucket

/** The highest number that a bucket opened in this second, or before it, can have. */
export const lastBucketOf = (unixSeconds: number): Bucket => (unixSeconds * 1024 + 1023) as Bucket
