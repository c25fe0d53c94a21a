/** Every experiment, one after the other, each in a process of its own, and what each has come to. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { own } from '../process.ts'
import type { Say } from '../progress.ts'
import type { Recorded } from './recorded.ts'

/**
 * @param place the folder of all experiments
 * @throws Error that names those that failed, after all have had their turn
 */
export const proveAll = async (names: string[], place: string, say: Say): Promise<void> => {
  const rows: string[] = []
  const failed: string[] = []
  for (const name of names) {
    say(`\n== ${name}`)
    const began = performance.now()
    const earlier = await reportsOf(name, place)
    const { ended } = await own(process.execPath, [join(import.meta.dirname, '../prove.ts'), name], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const how = await ended
    if (how !== 'exit code 0') failed.push(name)
    const [folder] = (await reportsOf(name, place)).filter((one) => !earlier.includes(one))
    const report =
      folder && (await readFile(join(place, folder, 'report.json'), 'utf8').catch(() => undefined))
    const seconds = Math.round((performance.now() - began) / 1_000)
    rows.push(
      `| ${name} | ${how === 'exit code 0' ? 'passed' : 'FAILED'} | ${seconds} s | ${wordsOf(report)} |`,
    )
  }
  say(
    ['', '| experiment | | took | messages, verdicts that do not hold |', '|---|---|---|---|', ...rows].join(
      '\n',
    ),
  )
  if (failed.length > 0) throw new Error(`not as promised: ${failed.join(', ')}`)
}

const reportsOf = async (name: string, place: string): Promise<string[]> =>
  (await readdir(place).catch(() => [])).filter((folder) => new RegExp(`^${name}-\\d`).test(folder))

const wordsOf = (report: string | undefined): string => {
  if (!report) return 'no report'
  const { checked, verdicts }: Recorded = JSON.parse(report)
  const unmet = verdicts.filter(({ holds }) => !holds).map(({ asserted }) => asserted)
  return `${checked.acknowledged} acknowledged; ${unmet.join('; ') || 'all hold'}`
}
