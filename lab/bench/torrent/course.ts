/** What is wrong with the life of a dialog that was hot and became quiet: it grows, it cools, each opening is a row. */
import { type Bucket, openingOf } from '../../../lib/timeline/bucket.ts'

/** So many lanes are several; so many openings are a few: a quarter, thrice, is 1 -> 2 -> 4 lanes with one to spare. */
export const SEVERAL_LANES = 4
const A_FEW_OPENINGS = 6

export type Course = {
  /** As their senders were told, oldest first. */
  opened: Bucket[]
  /** Rows of the index, in any order. */
  indexed: Bucket[]
  /** Openings that failed or are in doubt: their rows may be there. */
  inDoubt: number
}

export const lanesOf = (bucket: Bucket): number => openingOf(bucket).lanes

/** In words for a person; none when all is well. */
export const flawsOfCourse = ({ opened, indexed, inDoubt }: Course): string[] => {
  const first = opened.slice(0, A_FEW_OPENINGS).map(lanesOf)
  const last = opened.at(-1)
  const withoutRow = opened.filter((bucket) => !indexed.includes(bucket))
  const withoutOpening = indexed.filter((bucket) => !opened.includes(bucket))
  const flaws = [
    Math.max(0, ...first) < SEVERAL_LANES &&
      `fewer than ${SEVERAL_LANES} lanes within ${A_FEW_OPENINGS} openings: ${first.join(', ') || 'none opened'}`,
    last !== undefined && lanesOf(last) > 1 && `not cooled: ${lanesOf(last)} lanes at the end`,
    withoutRow.length > 0 &&
      `${withoutRow.length} openings without a row in the index: ${withoutRow.join(', ')}`,
    withoutOpening.length > inDoubt &&
      `${withoutOpening.length} rows in the index without an opening: ${withoutOpening.join(', ')}`,
    new Set(indexed).size < indexed.length && 'a row is in the index twice',
  ]
  return flaws.filter((flaw) => flaw !== false)
}
