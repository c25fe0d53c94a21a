/** Every experiment, one after the other, each in a process of its own, and what each has come to. */
import type { StdioOptions } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { own } from '../../dev/process.ts'
import type { Say } from '../../dev/progress.ts'
import type { Recorded } from './recorded.ts'

const COMMAND = join(import.meta.dirname, './main.ts')
/** It stops its nodes one after the other. */
const GRACE_SECONDS = 60

/**
 * @param place the folder of all experiments
 * @throws Error that names those that failed, after all have had their turn
 */
export const proveAll = async (names: string[], place: string, say: Say): Promise<void> => {
  const outcomes: Outcome[] = []
  for (const name of names) {
    say(`\n== ${name}`)
    outcomes.push(await proveOne(name, place))
  }
  say(['', ...HEAD, ...outcomes.map(rowOf)].join('\n'))
  const failed = outcomes.filter(({ passed }) => !passed).map(({ name }) => name)
  if (failed.length > 0) throw new Error(`not as promised: ${failed.join(', ')}`)
}

/** `report`: what it has left, as text; undefined when it did not come so far. */
type Outcome = { name: string; passed: boolean; seconds: number; report: string | undefined }

const proveOne = async (name: string, place: string): Promise<Outcome> => {
  const began = performance.now()
  const earlier = await foldersOf(name, place)
  const stdio: StdioOptions = ['ignore', 'inherit', 'inherit']
  const { ended } = await own(process.execPath, [COMMAND, name], { stdio }, GRACE_SECONDS)
  const passed = (await ended) === 'exit code 0'
  const folder = (await foldersOf(name, place)).find((one) => !earlier.includes(one))
  const file = folder && join(place, folder, 'report.json')
  const report = file && (await readFile(file, 'utf8').catch(() => undefined))
  return { name, passed, seconds: (performance.now() - began) / 1_000, report }
}

const foldersOf = async (name: string, place: string): Promise<string[]> =>
  (await readdir(place).catch(() => [])).filter((folder) => new RegExp(`^${name}-\\d`).test(folder))

const HEAD = ['| experiment | | took | acknowledged | what does not hold |', '|---|---|---|---|---|']

const rowOf = ({ name, passed, seconds, report }: Outcome): string => {
  const { checked, verdicts = [] }: Partial<Recorded> = report ? JSON.parse(report) : {}
  const unmet = verdicts.filter(({ holds }) => !holds).map(({ asserted }) => asserted)
  const words = checked ? unmet.join('; ') || 'nothing' : 'no report'
  return `| ${name} | ${passed ? 'passed' : 'FAILED'} | ${seconds.toFixed(0)} s | ${checked?.acknowledged ?? '-'} | ${words} |`
}
