/** Reads a dialog back whole, by instances that have never heard of it, and says what is there and what is wrong. */

import { progress, type Say } from '../../../dev/progress.ts'
import type { Environment } from '../../../lib/config/environment.ts'
import { dialogIdOf } from '../../../lib/model/ids.ts'
import { GENESIS, openingOf } from '../../../lib/timeline/bucket.ts'
import { sizesOf } from '../history/partitions.ts'
import { flawsOfCourse } from './course.ts'
import { flawsOf } from './flaws.ts'
import type { Instance } from './instance.ts'
import type { Said } from './instances.ts'
import { countRows, type Held } from './partitions.ts'
import { openingsOf, type Run } from './phases.ts'
import type { Poured } from './pour.ts'
import { walkDown, walkUp } from './walk.ts'

const PAGES = [200, 50, 200, 7]

/** What is wrong, in words for a person. @param readers instances that have taken no part */
export const judge = async (
  run: Run,
  readers: Instance[],
  said: Said,
  variables: Environment,
  say: Say,
): Promise<string[]> => {
  const { pair, poured } = run
  const dialog = dialogIdOf(pair.from, pair.to)
  const opened = openingsOf(run)
  const indexed = (await (readers[0] as Instance).index(dialog)).map(({ bucket }) => bucket)
  const all = [...new Set([GENESIS, ...opened, ...indexed])].sort((a, b) => a - b)
  show(await progress(say, 'counting rows', countRows(variables, dialog, all)), poured, say)
  const walk = { instances: readers, pair, limits: PAGES }
  const down = await progress(say, 'reading all of it downwards', walkDown(walk))
  const up = await progress(say, 'reading all of it upwards', walkUp(walk))
  const { acknowledged, inDoubt, refused } = poured
  say(`\n${acknowledged.size} acknowledged, ${inDoubt.size} in doubt, ${refused} refused`)
  say(`listed downwards: ${down.length}, upwards: ${up.length}`)
  say(`${opened.length} openings, ${indexed.length} rows in the index`)
  for (const [words, times] of said) say(`in the log, ${times} times, ${words}`)
  return [
    ...flawsOf(down, 'downwards', acknowledged.keys(), poured),
    ...flawsOf(up, 'upwards', acknowledged.keys(), poured),
    ...flawsOfCourse({
      opened,
      indexed,
      inDoubt: said.get('warn: the next time bucket was not opened') ?? 0,
    }),
    ...[...said.keys()].filter((words) => words.startsWith('error')),
  ]
}

const show = (held: Held[], { opened }: Poured, say: Say) => {
  say('\n| opened at, s | lanes | by senders | rows | largest partition | smallest |')
  say('|---|---|---|---|---|---|')
  const firstAt = openingOf(held[1]?.bucket ?? GENESIS).openedAtSeconds
  for (const { bucket, rows } of held) {
    const at = bucket === GENESIS ? 'genesis' : openingOf(bucket).openedAtSeconds - firstAt
    const total = rows.reduce((sum, one) => sum + one, 0)
    const cells = [at, rows.length, opened.get(bucket) ?? '', total, Math.max(...rows), Math.min(...rows)]
    say(`| ${cells.join(' | ')} |`)
  }
  const sizes = sizesOf(held)
  say(`\n${sizes.length} partitions, the largest of ${Math.max(...sizes)} rows\n`)
}
