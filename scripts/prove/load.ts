/** One load of an experiment: k6 over all instances, every request of it on record. */
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Figures } from '../load/figures.ts'
import { findK6, runK6 } from '../load/k6.ts'
import { keepForTheRun } from '../load/people.ts'
import { progress, type Say } from '../progress.ts'
import type { Person } from './ask.ts'
import { type Request, requestsIn } from './requests.ts'

export type Load = {
  /** A file in load/. */
  scenario: 'town' | 'celebrity' | 'torrent'
  /** Requests a second, in the open model. */
  rate: number
  seconds: number
  /** The closed model: so many clients, each as fast as it is answered, whatever the rate. */
  users?: number
  /** The torrent and nothing else, sends only. */
  alone?: true
}
/** `amiss`: what the clients themselves found wrong, in words, and how often. */
export type Loaded = { requests: Request[]; amiss: Record<string, number> }

const SCRIPTS = join(import.meta.dirname, '../../load')
const POLL_MS = 50

/**
 * @param urls of the instances
 * @param meanwhile begins with the first request, and must be over before the last
 * @throws Error when not every request is on record, or the load was over too soon
 */
export const load = async (
  { scenario, rate, seconds, ...more }: Load,
  urls: string[],
  people: Person[],
  directory: string,
  say: Say,
  meanwhile: () => Promise<void>,
): Promise<Loaded> => {
  await mkdir(directory)
  const lines = join(directory, 'requests.jsonl')
  const handed = {
    targets: urls,
    people: join(directory, 'people.json'),
    figures: join(directory, 'k6.json'),
    rate,
    durationSeconds: seconds,
    records: true,
    ...more,
  }
  await keepForTheRun(people, handed.people)
  const k6 = await findK6(process.env, say)
  let isOver = false
  const running = runK6(k6, join(SCRIPTS, `${scenario}.ts`), handed, directory, lines).finally(() => {
    isOver = true
  })
  const befall = async () => {
    while (!isOver && !(await isBegun(lines))) await sleep(POLL_MS)
    if (!isOver) await meanwhile()
    if (isOver) throw new Error(`${seconds} s of load were over before all had happened: nothing is shown`)
  }
  const how = more.users ? `${more.users} clients` : `${rate} requests/s`
  await progress(say, `${scenario}: ${how} for ${seconds} s`, Promise.all([running, befall()]))
  return judged(requestsIn(await readFile(lines, 'utf8')), JSON.parse(await readFile(handed.figures, 'utf8')))
}

const isBegun = (lines: string) =>
  stat(lines).then(
    ({ size }) => size > 0,
    () => false,
  )

/** @throws Error when k6 has counted other requests than it wrote down */
export const judged = (requests: Request[], { metrics, root_group }: Figures): Loaded => {
  const made = metrics['http_reqs']?.values['count'] ?? 0
  if (made !== requests.length)
    throw new Error(`k6 made ${made} requests and wrote ${requests.length} down: nothing can be said`)
  const checks = root_group.checks.map(({ name, fails }) => [`not so: ${name}`, fails] as const)
  const dropped = metrics['dropped_iterations']?.values['count'] ?? 0
  return {
    requests,
    amiss: Object.fromEntries([...checks, ['requests that k6 could not begin in time', dropped]]),
  }
}
