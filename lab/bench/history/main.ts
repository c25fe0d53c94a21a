/** One dialog of a million messages: how large its partitions are, and what a page of it costs beside one of ten. */
import { loadavg } from 'node:os'
import { progress, type Say } from '../../../dev/progress.ts'
import type { Environment } from '../../../lib/config/environment.ts'
import { dialogIdOf } from '../../../lib/model/ids.ts'
import { GENESIS } from '../../../lib/timeline/bucket.ts'
import type { Instance } from '../torrent/instance.ts'
import { closeAll, openInstances, type Said } from '../torrent/instances.ts'
import { countRows } from '../torrent/partitions.ts'
import { racePages } from './pages.ts'
import { flawsOfRows, sizesOf, tableOf } from './partitions.ts'
import { stretchesOf } from './stretches.ts'
import { type Written, write } from './write.ts'

export const A_LONG_DIALOG = 1_000_000
/** Ten times the mean: where the design says that partitions end. */
const TARGET_ROWS = 100_000

/** @throws Error when acknowledged messages are missing, or a page is not as long, or not of as many lanes, as it must be */
export const history = async (ground: { variables: Record<string, string> }, messages: number, say: Say) => {
  const variables = { ...process.env, ...ground.variables }
  const said: Said = new Map()
  const written = await write(variables, messages, said, say)
  const [reader] = (await openInstances(variables, written.pair, said, 1)) as [Instance]
  const index = await reader.index(dialogIdOf(written.pair.from, written.pair.to))
  const flaws = await weigh(
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
  flaws.push(...[...said.keys()].filter((words) => words.startsWith('error')))
  if (flaws.length > 0) throw new Error(`not as promised: ${flaws.join('; ')}`)
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
  for (const line of tableOf(held)) say(line)
  const sizes = sizesOf(held)
  const largest = Math.max(...sizes)
  say(`\n${held.length} time buckets, ${sizes.length} partitions, the largest of ${largest} rows`)
  say(`(target: under ${TARGET_ROWS}, ${largest < TARGET_ROWS ? 'met' : '**missed**'})\n`)
  return flawsOfRows(held, acknowledged.size, inDoubt.size + refused)
}

const sayLoad = (say: Say) =>
  say(
    `load average: ${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')}`,
  )
