/** What an experiment has come to: its record, and in words everything that was wrong. */
import { cpus, totalmem } from 'node:os'
import { CASSANDRA_VERSION } from '../../dev/database/cassandra/jars.ts'
import { flawsOf } from '../checker/check.ts'
import { type Flaw, KINDS } from '../checker/flaw.ts'
import type { Listing } from '../checker/listing.ts'
import { forbiddenAnswers } from '../checker/refused.ts'
import { acknowledgementOf, dialogOf, type Sent } from '../checker/sent.ts'
import type { Verdict } from '../load/runner/figures.ts'
import type { Lanes, Recorded, ServiceFigures } from './recorded.ts'
import type { Request } from './requests.ts'
import { beginningOf, type Mark, phasesOf, secondsOf } from './series.ts'
import { asTarget, none, servedAgain, shownBy } from './verdicts.ts'

/** What was done and seen, from the first request to the last. */
export type Course = Pick<Recorded, 'experiment' | 'about' | 'setting'> & {
  /** In the order of time; the last one is the end. */
  marks: Mark[]
  requests: Request[]
  sent: Sent[]
  nodes: (Omit<Recorded['nodes'][number], 'atSeconds'> & { atMs: number })[]
  lanes?: Lanes[]
  service?: (Omit<ServiceFigures, 'atSeconds'> & { atMs: number })[]
  /** Beside what every run must hold. */
  guarantees: Verdict[]
  targets: Verdict[]
}
export type Conclusion = { recorded: Recorded; findings: string[] }

/** @throws Error when nothing can be said, as the checker does */
export const conclude = (course: Course, listings: Listing[]): Conclusion => {
  const { experiment, about, setting, marks, requests, sent } = course
  const flaws = flawsOf(sent, listings)
  const forbidden = forbiddenAnswers(
    requests.map((one) => ({ text: one.text ?? `list of ${one.from}`, tries: [one] })),
  )
  const wrong = countWrong(flaws)
  const phases = phasesOf(requests, marks)
  const guarantees = [
    ...Object.entries(wrong).map(([kind, count]) => none(`messages ${kind}`, count)),
    none('answers other than 200, and 429 and 503 with Retry-After', forbidden.length),
    ...shownBy(phases, marks),
    ...servedAgain(requests, marks),
    ...course.guarantees,
  ]
  const secondOf = (atMs: number) => Math.round(atMs - beginningOf(requests)) / 1_000
  const recorded = {
    experiment,
    about,
    recordedAt: new Date().toISOString(),
    machine: machine(),
    setting,
    events: marks.map(({ atMs, what }) => ({ atSeconds: secondOf(atMs), what })),
    seconds: secondsOf(requests),
    phases,
    nodes: course.nodes.map(({ atMs, when, nodes }) => ({ when, atSeconds: secondOf(atMs), nodes })),
    ...(course.lanes && { lanes: course.lanes }),
    ...(course.service && {
      service: course.service.map(({ atMs, ...figures }) => ({ atSeconds: secondOf(atMs), ...figures })),
    }),
    checked: {
      messages: sent.length,
      acknowledged: sent.filter(acknowledgementOf).length,
      dialogs: new Set(sent.map(dialogOf)).size,
      listed: countListed(listings),
      wrong,
      forbiddenAnswers: forbidden.length,
    },
    verdicts: [...guarantees, ...course.targets.map(asTarget)],
    passed: guarantees.every(({ holds }) => holds),
  }
  return { recorded, findings: [...flaws.map(wordsOf), ...forbidden] }
}

/** Messages, not findings: one may be missing in both directions. */
const countWrong = (flaws: Flaw[]): Record<string, number> =>
  Object.fromEntries(
    KINDS.map((kind) => [
      kind,
      new Set(flaws.filter((flaw) => flaw.kind === kind).map(({ what }) => what)).size,
    ]),
  )

const wordsOf = ({ kind, what, where }: Flaw) => `${kind}: ${what}: ${where}`

const countListed = (listings: Listing[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(listings, ({ direction }) => direction)].map(([direction, found]) => [
      direction,
      found.reduce((sum, { messages }) => sum + messages.length, 0),
    ]),
  )

const machine = () => ({
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  database: `Apache Cassandra ${CASSANDRA_VERSION}`,
})
