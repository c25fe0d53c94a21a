/** How often the owners in a run got more lanes, or fewer: runs without openings prove nothing. */
import { type Bucket, openingOf } from '../../lib/timeline/bucket.ts'

export type Openings = { all: number; hotter: number; cooler: number }

export const openedIn = (rows: { owner: string; bucket: number }[]): Openings => {
  const openings: Openings = { all: 0, hotter: 0, cooler: 0 }
  for (const owner of new Set(rows.map((row) => row.owner))) {
    const buckets = new Set(rows.filter((row) => row.owner === owner).map(({ bucket }) => bucket))
    const lanes = [...buckets].sort((a, b) => a - b).map((bucket) => openingOf(bucket as Bucket).lanes)
    openings.all += lanes.length
    openings.hotter += lanes.filter((count, index) => count > Number(lanes[index - 1] ?? 1)).length
    openings.cooler += lanes.filter((count, index) => count < Number(lanes[index - 1] ?? 1)).length
  }
  return openings
}
