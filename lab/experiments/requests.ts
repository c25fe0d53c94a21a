/** One load of an experiment: k6 over all instances, every request of it on record. */
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { progress, type Say } from '../../dev/progress.ts'
import type { UserId } from '../../lib/model/ids.ts'
import type { Sent, Try } from '../checker/sent.ts'
import { keepForTheRun, type Person } from '../kit/people.ts'
import { findK6, runK6 } from '../load/k6.ts'
import type { Figures } from '../load/report.ts'

export type Load = {
  /** A file in load/scenarios/. */
  scenario: 'town' | 'celebrity' | 'torrent' | 'fan-mail'
  /** Requests a second, in the open model. */
  rate: number
  /** Undefined: until everything that happens meanwhile is over. */
  seconds?: number
  /** The closed model: this many clients ask as fast as they are answered, whatever the rate. */
  users?: number
  /** The torrent and nothing else, sends only. */
  alone?: true
  /** This many people talk, from the first one on. */
  town?: number
  /** Whom fans write to, counted from the last person; each load needs another one. */
  star?: number
  /** Fans write to each other instead. */
  isEven?: true
}
/** `amiss`: what the clients themselves found wrong, in words, with counts. */
type Loaded = { requests: Request[]; amiss: Record<string, number> }

const SCRIPTS = join(import.meta.dirname, '../load/scenarios')
const POLL_MS = 50
const LIMIT_SECONDS = 900

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
    durationSeconds: seconds ?? LIMIT_SECONDS,
    records: true,
    ...more,
  }
  await keepForTheRun(people, handed.people)
  const k6 = await findK6(process.env, say)
  let isOver = false
  let stoppedMs = Number.POSITIVE_INFINITY
  const befall = async () => {
    while (!isOver && !(await isBegun(lines))) await sleep(POLL_MS)
    if (!isOver) await meanwhile()
    stoppedMs = seconds === undefined ? Date.now() : stoppedMs
    if (isOver) throw new Error('the load was over before all had happened: nothing is shown')
  }
  const happening = befall()
  const recording = { lines, ...(seconds === undefined && { until: happening }) }
  const running = runK6(k6, join(SCRIPTS, `${scenario}.ts`), handed, directory, recording).finally(() => {
    isOver = true
  })
  const how = more.users ? `${more.users} clients` : `${rate} requests/s`
  const what = seconds === undefined ? `${scenario}: ${how}` : `${scenario}: ${how} for ${seconds} s`
  await progress(say, what, Promise.all([running, happening]))
  const figures = JSON.parse(await readFile(handed.figures, 'utf8'))
  return judged(requestsIn(await readFile(lines, 'utf8')), figures, stoppedMs)
}

const isBegun = (lines: string) =>
  stat(lines).then(
    ({ size }) => size > 0,
    () => false,
  )

/**
 * @param stoppedMs when k6 was told to stop: requests that end later are cut short, and may or may not be counted
 * @throws Error when k6 has counted other requests than it recorded
 */
export const judged = (
  all: Request[],
  { metrics, root_group }: Figures,
  stoppedMs = Number.POSITIVE_INFINITY,
): Loaded => {
  const isCut = ({ status, endedMs }: Request) => status === 'hung up' || endedMs >= stoppedMs
  const made = metrics['http_reqs']?.values['count'] ?? 0
  if (made < all.filter((one) => !isCut(one)).length || made > all.length)
    throw new Error(`k6 made ${made} requests and wrote ${all.length} down: nothing can be said`)
  const checks = root_group.checks.map(({ name, fails }) => [`not so: ${name}`, fails] as const)
  const dropped = metrics['dropped_iterations']?.values['count'] ?? 0
  return {
    requests: all.map((one) =>
      isCut(one) && one.status === 'no reply' ? { ...one, status: 'hung up' as const } : one,
    ),
    amiss: Object.fromEntries([...checks, ['requests that k6 could not begin in time', dropped]]),
  }
}

/** `class`: the kind of client. `text`: of a send. */
export type Request = Try & { class: string; durationMs: number; from: UserId; to: UserId; text?: string }

/** k6 reports 0 when there is no reply. */
const NO_REPLY = 0
const user = z.string().transform((text) => text as UserId)
const ASKED = z.object({
  id: z.string(),
  class: z.string(),
  instance: z.int(),
  text: z.string().optional(),
  from: user,
  to: user,
  beganMs: z.int(),
})
const ANSWERED = z.object({
  id: z.string(),
  endedMs: z.int(),
  durationMs: z.number(),
  status: z.int(),
  retryAfter: z.string().optional(),
  body: z.string(),
})
const LINE = z.union([ASKED, ANSWERED])
type Answered = z.infer<typeof ANSWERED>

/**
 * In the order of asking. Requests without an answer when the load was stopped have `hung up`.
 * @throws Error that names the line that is not as lab/load/scenarios/steps/record.ts writes it
 */
export const requestsIn = (lines: string): Request[] => {
  const all = lines.split('\n').filter(Boolean).map(parse)
  const answers = new Map(all.flatMap((line) => ('status' in line ? [[line.id, line] as const] : [])))
  return all.flatMap((line) => ('class' in line ? [requestOf(line, answers.get(line.id))] : []))
}

const requestOf = ({ id, text, ...asked }: z.infer<typeof ASKED>, answer: Answered | undefined): Request => ({
  ...asked,
  ...(text !== undefined && { text }),
  ...(answer ? answerOf(answer) : { ...UNANSWERED, endedMs: asked.beganMs }),
})

const answerOf = ({ endedMs, durationMs, status, retryAfter, body }: Answered) => ({
  endedMs,
  durationMs,
  status: status === NO_REPLY ? ('no reply' as const) : status,
  retryAfterSeconds: retryAfter === undefined ? undefined : Number(retryAfter),
  body,
})

const UNANSWERED = { durationMs: 0, status: 'hung up', retryAfterSeconds: undefined, body: '' } as const

const parse = (line: string, index: number) => {
  try {
    return LINE.parse(JSON.parse(line))
  } catch (cause) {
    throw new Error(`line ${index + 1} of the requests is not one: ${line.slice(0, 100)}`, { cause })
  }
}

/** Each message was sent once, without a key: its text, which is unique, stands for the key. */
export const sentAmong = (requests: Request[]): Sent[] =>
  requests.flatMap((request) => {
    const { text, from, to } = request
    return text === undefined ? [] : [{ from, to, text, key: text, tries: [request] }]
  })
