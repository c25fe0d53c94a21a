/** One dialog of a million messages: how large its partitions are, and what a page of it costs. */
import { loadavg } from 'node:os'
import { group, sum } from 'd3-array'
import { progress, type Say } from '../../../dev/progress.ts'
import type { Environment } from '../../../lib/config/environment.ts'
import { dialogIdOf } from '../../../lib/model/ids.ts'
import { GENESIS, openingOf } from '../../../lib/timeline/bucket.ts'
import { table } from '../../kit/tables.ts'
import { closeAll, type Instance, openInstances, type Said } from '../torrent/instances.ts'
import { countRows, type Held } from '../torrent/verdict.ts'
import { racePages } from './pages.ts'
import { stretchesOf } from './stretches.ts'
import { type Written, write } from './write.ts'

export const A_LONG_DIALOG = 1_000_000
/** Ten times the mean: where the design says that partitions end. */
const TARGET_ROWS = 100_000

/** @throws Error when acknowledged messages are missing, or a page has a wrong length or number of lanes */
export const history = async (variables: Environment, messages: number, say: Say): Promise<void> => {
  const said: Said = new Map()
  const written = await write(variables, messages, said, say)
  const [reader] = (await openInstances(variables, written.pair, said, 1)) as [Instance]
  const index = await reader.index(dialogIdOf(written.pair.from, written.pair.to))
  const issues = await weigh(
    variables,
    written,
    index.map(({ bucket }) => bucket),
    say,
  )
  sayLoad(say)
  const life = { fromMs: written.beganMs, toMs: written.endedMs }
  await racePages(reader, written, stretchesOf(index, life), say)
  sayLoad(say)
  for (const [words, times] of said) say(`in the log, ${times} times, ${words}`)
  await closeAll([reader])
  issues.push(...[...said.keys()].filter((words) => words.startsWith('error')))
  if (issues.length > 0) throw new Error(`not as promised: ${issues.join('; ')}`)
}

/** Counts every row. Returns what is wrong, in words. */
const weigh = async (
  variables: Environment,
  { pair, poured, beganMs, endedMs }: Written,
  opened: Parameters<typeof countRows>[2],
  say: Say,
): Promise<string[]> => {
  const dialog = dialogIdOf(pair.from, pair.to)
  const held = await progress(say, 'counting rows', countRows(variables, dialog, [GENESIS, ...opened]))
  const { acknowledged, inDoubt, refused } = poured
  say(
    `\n${acknowledged.size} acknowledged in ${Math.round((endedMs - beganMs) / 1000)} s, ${inDoubt.size} in doubt, ${refused} refused\n`,
  )
  say(tableOf(held))
  const sizes = sizesOf(held)
  const largest = Math.max(...sizes)
  say(`\n${held.length} time buckets, ${sizes.length} partitions, the largest of ${largest} rows`)
  say(`(target: under ${TARGET_ROWS}, ${largest < TARGET_ROWS ? 'met' : '**missed**'})\n`)
  return issuesOfRows(held, acknowledged.size, inDoubt.size + refused)
}

const sayLoad = (say: Say) => {
  const loads = loadavg().map((load) => load.toFixed(1))
  say(`load average: ${loads.join(', ')}`)
}

const sizesOf = (held: Held[]): number[] => held.flatMap(({ rows }) => rows)

/** One line for each number of lanes, the fewest first. */
export const tableOf = (held: Held[]): string => {
  const byLanes = [...group(held, ({ bucket }) => openingOf(bucket).lanes)].sort(([a], [b]) => a - b)
  const rows = byLanes.map(([lanes, some]) => {
    const sizes = sizesOf(some)
    const mean = Math.round(sum(sizes) / sizes.length)
    return [lanes, some.length, sizes.length, sum(sizes), Math.max(...sizes), mean]
  })
  return table(['lanes', 'time buckets', 'partitions', 'rows', 'largest partition', 'mean'], rows)
}

/** Every acknowledged message is a row; every other row is of a send that failed. */
export const issuesOfRows = (held: Held[], acknowledged: number, failed: number): string[] => {
  const rows = sum(sizesOf(held))
  return rows < acknowledged || rows > acknowledged + failed
    ? [`${rows} rows of ${acknowledged} acknowledged messages and ${failed} that failed`]
    : []
}
