/** How large the partitions of a long dialog are, by lanes: as a table, and what is wrong with it. */
import { openingOf } from '../../../lib/timeline/bucket.ts'
import type { Held } from '../torrent/partitions.ts'

export const sizesOf = (held: Held[]): number[] => held.flatMap(({ rows }) => rows)

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0)

/** One line for each number of lanes, the fewest first. */
export const tableOf = (held: Held[]): string[] => {
  const byLanes = Map.groupBy(held, ({ bucket }) => openingOf(bucket).lanes)
  return [
    '| lanes | time buckets | partitions | rows | largest partition | mean |',
    '|---|---|---|---|---|---|',
    ...[...byLanes]
      .toSorted(([a], [b]) => a - b)
      .map(([lanes, some]) => {
        const sizes = sizesOf(some)
        const cells = [
          lanes,
          some.length,
          sizes.length,
          sum(sizes),
          Math.max(...sizes),
          sum(sizes) / sizes.length,
        ]
        return `| ${cells.map(Math.round).join(' | ')} |`
      }),
  ]
}

/** Every acknowledged message is a row; every row is one, or of a send that failed. */
export const flawsOfRows = (held: Held[], acknowledged: number, failed: number): string[] => {
  const rows = sum(sizesOf(held))
  return rows < acknowledged || rows > acknowledged + failed
    ? [`${rows} rows of ${acknowledged} acknowledged messages and ${failed} that failed`]
    : []
}
