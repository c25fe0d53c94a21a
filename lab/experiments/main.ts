/** `npm run lab -- prove <experiment>`: on a cluster of its own, under load; is every acknowledged message there? */
import type { StdioOptions } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { localDirectory } from '../../dev/cache.ts'
import { own } from '../../dev/process.ts'
import type { Say } from '../../dev/progress.ts'
import { table } from '../kit/tables.ts'
import { folderOfRun } from '../kit/world.ts'
import { bugsIn } from './bugs.ts'
import { type Conclusion, textOf } from './conclude.ts'
import { brownOut } from './each/brown-out.ts'
import { killNode, pauseNode } from './each/failures.ts'
import { fanMail } from './each/fan-mail.ts'
import { addNode, removeNode, rollingRestart, short } from './each/ring.ts'
import { celebrity, spread, torrent } from './each/uneven.ts'
import { carryOut, type Experiment } from './experiment.ts'
import { killInstances } from './push/kill-instances.ts'
import { push } from './push/main.ts'
import type { Recorded } from './recorded.ts'
import { retries } from './retries.ts'

type Conducted = (keys: string, directory: string, say: Say) => Promise<Conclusion>

const KEYS = resolve(localDirectory(process.env))
const PLACE = join(KEYS, 'prove')
const COMMAND = join(import.meta.dirname, '../main.ts')
/** An experiment stops its nodes one after the other. */
const GRACE_SECONDS = 60

const UNDER_LOAD: Record<string, Experiment> = {
  short,
  'add-node': addNode,
  'remove-node': removeNode,
  'kill-node': killNode,
  'pause-node': pauseNode,
  'brown-out': brownOut,
  'rolling-restart': rollingRestart,
  celebrity,
  'fan-mail': fanMail,
  torrent,
  spread,
}
/** In the order in which `all` runs them. */
const EXPERIMENTS = new Map<string, Conducted>([
  ...Object.entries(UNDER_LOAD).map(([name, experiment]): [string, Conducted] => [
    name,
    (...where) => carryOut(name, experiment, ...where),
  ]),
  ['retries', retries],
  ['push', push],
  ['kill-instances', killInstances],
])

export const prove = async (args: string[], say: Say): Promise<void> => {
  const name = readRequest(args, [...EXPERIMENTS.keys()])
  const conducted = EXPERIMENTS.get(name)
  // `short` repeats parts of the others, as a check of every change.
  if (!conducted)
    return proveAll(
      [...EXPERIMENTS.keys()].filter((one) => one !== 'short'),
      say,
    )
  const directory = await folderOfRun(PLACE, name)
  const conducting = conducted(KEYS, directory, say)
  // After a failure, too: the log may say why.
  const bugs = await conducting.catch(() => undefined).then(() => bugsIn(directory))
  for (const line of bugs) say(line)
  const conclusion = await conducting
  const { recorded, findings } = conclusion
  await writeFile(join(directory, 'report.json'), `${JSON.stringify(recorded, null, 2)}\n`)
  await writeFile(join(directory, 'findings.txt'), findings.map((finding) => `${finding}\n`).join(''))
  say(`\n${textOf(conclusion)}\nfigures, requests and logs: ${relative(process.cwd(), directory)}/\n`)
  if (!recorded.passed) throw new Error(`${name}: not as promised`)
  if (bugs.length > 0) throw new Error(`${name}: an instance has logged a bug`)
}

/** @throws Error with the usage */
export const readRequest = ([name = '', ...others]: string[], experiments: string[]): string => {
  const names = [...experiments, 'all']
  if (others.length === 0 && names.includes(name)) return name
  const asked = [name, ...others].join(' ') || 'nothing'
  throw new Error(`${asked} is no experiment\nusage: npm run lab -- prove ${names.join(' | ')}`)
}

/** Each in a process of its own. @throws Error that names the failed experiments, after all have run */
const proveAll = async (names: string[], say: Say): Promise<void> => {
  const outcomes: Outcome[] = []
  for (const name of names) {
    say(`\n== ${name}`)
    outcomes.push(await proveOne(name))
  }
  const head = ['experiment', '', 'took', 'acknowledged', 'what does not hold']
  say(`\n${table(head, outcomes.map(rowOf))}`)
  const failed = outcomes.filter(({ passed }) => !passed).map(({ name }) => name)
  if (failed.length > 0) throw new Error(`not as promised: ${failed.join(', ')}`)
}

/** `report` is the text of the report; undefined when the experiment did not get that far. */
type Outcome = { name: string; passed: boolean; seconds: number; report: string | undefined }

const proveOne = async (name: string): Promise<Outcome> => {
  const began = performance.now()
  const earlier = await foldersOf(name)
  const stdio: StdioOptions = ['ignore', 'inherit', 'inherit']
  const { ended } = await own(process.execPath, [COMMAND, 'prove', name], { stdio }, GRACE_SECONDS)
  const passed = (await ended) === 'exit code 0'
  const folder = (await foldersOf(name)).find((one) => !earlier.includes(one))
  const file = folder && join(PLACE, folder, 'report.json')
  const report = file && (await readFile(file, 'utf8').catch(() => undefined))
  return { name, passed, seconds: (performance.now() - began) / 1_000, report }
}

const foldersOf = async (name: string): Promise<string[]> =>
  (await readdir(PLACE).catch(() => [])).filter((folder) => new RegExp(`^${name}-\\d`).test(folder))

const rowOf = ({ name, passed, seconds, report }: Outcome) => {
  const { checked, verdicts = [] }: Partial<Recorded> = report ? JSON.parse(report) : {}
  const unmet = verdicts.filter(({ holds }) => !holds).map(({ asserted }) => asserted)
  const words = checked ? unmet.join('; ') || 'nothing' : 'no report'
  return [
    ...[name, passed ? 'passed' : 'FAILED'],
    ...[`${seconds.toFixed(0)} s`, checked?.acknowledged ?? '-', words],
  ]
}
