/** The conclusion of an experiment: its record, and in words everything that was wrong. */
import { cpus, totalmem } from 'node:os'
import { rollup, sum } from 'd3-array'
import { CASSANDRA_VERSION } from '../../dev/database/cassandra/jars.ts'
import { issuesOf, type Listing } from '../checker/check.ts'
import { INBOX_KINDS, type InboxFindings, type InboxWalk, issuesOfInboxes } from '../checker/inbox.ts'
import {
  acknowledgementOf,
  dialogOf,
  forbiddenAnswers,
  type Issue,
  KINDS,
  type Sent,
} from '../checker/sent.ts'
import type { Verdict } from '../load/report.ts'
import type { Event, Lanes, NodeFigures, Phase, Recorded, ServiceFigures } from './recorded.ts'
import type { Request } from './requests.ts'
import {
  asTarget,
  atLeast,
  beginningOf,
  isTarget,
  type Mark,
  none,
  phasesOf,
  secondsOf,
  servedAgain,
  shownBy,
} from './verdicts.ts'

/** Everything done and seen, from the first request to the last. */
export type Course = Pick<Recorded, 'experiment' | 'about' | 'setting'> & {
  /** In chronological order; the last one is the end. */
  marks: Mark[]
  requests: Request[]
  sent: Sent[]
  nodes: (Omit<Recorded['nodes'][number], 'atSeconds'> & { atMs: number })[]
  lanes?: Lanes[]
  service?: (Omit<ServiceFigures, 'atSeconds'> & { atMs: number })[]
  /** Of inboxes, when they are watched. */
  walks?: InboxWalk[]
  /** In addition to what every run must hold. */
  guarantees: Verdict[]
  targets: Verdict[]
}
export type Conclusion = { recorded: Recorded; findings: string[] }

/** @throws Error when nothing can be said, as the checker does */
export const conclude = (course: Course, listings: Listing[]): Conclusion => {
  const { experiment, about, setting, marks, requests, sent } = course
  const issues = issuesOf(sent, listings)
  const forbidden = forbiddenAnswers(
    requests.map((one) => ({ text: one.text ?? `list of ${one.from}`, tries: [one] })),
  )
  const inboxes = course.walks && issuesOfInboxes(sent, course.walks, listings)
  const wrong = countWrong(KINDS, issues)
  const wrongInInboxes = inboxes ? countWrong(INBOX_KINDS, inboxes.issues) : {}
  const phases = phasesOf(requests, marks)
  const guarantees = [
    ...Object.entries(wrong).map(([kind, count]) => none(`messages ${kind}`, count)),
    ...Object.entries(wrongInInboxes).map(([kind, count]) => none(`dialogs ${kind}`, count)),
    ...(inboxes ? [lookedFor(inboxes)] : []),
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
      wrong: { ...wrong, ...wrongInInboxes },
      forbiddenAnswers: forbidden.length,
    },
    verdicts: [...guarantees, ...course.targets.map(asTarget)],
    passed: guarantees.every(({ holds }) => holds),
  }
  return { recorded, findings: [...[...issues, ...(inboxes?.issues ?? [])].map(wordsOf), ...forbidden] }
}

const lookedFor = ({ judged, walks }: InboxFindings): Verdict =>
  atLeast(`dialogs looked for in ${walks} walks of inboxes`, 1, judged)

type Found = Pick<Issue, 'what' | 'where'> & { kind: string }

/** Counts messages or dialogs, not findings: a message may be missing in both directions. */
const countWrong = (kinds: readonly string[], issues: Found[]): Record<string, number> =>
  Object.fromEntries(
    kinds.map((kind) => {
      const own = issues.filter((issue) => issue.kind === kind)
      return [kind, new Set(own.map(({ what }) => what)).size]
    }),
  )

const wordsOf = ({ kind, what, where }: Found) => `${kind}: ${what}: ${where}`

const countListed = (listings: Listing[]): Record<string, number> =>
  Object.fromEntries(
    rollup(
      listings,
      (found) => sum(found, ({ messages }) => messages.length),
      ({ direction }) => direction,
    ),
  )

const machine = () => ({
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  database: `Apache Cassandra ${CASSANDRA_VERSION}`,
})

const MOST_FINDINGS = 10

export const textOf = ({ recorded, findings }: Conclusion): string => {
  const { events, phases, nodes, lanes, checked, verdicts } = recorded
  return [
    ...events.map(textOfEvent),
    ...phases.flatMap(textOfPhase),
    ...nodes.flatMap(({ when, nodes: all }) => [`nodes ${when}:`, ...all.map(textOfNode)]),
    ...(lanes
      ? [`lanes: ${lanes.map((one) => `${one.lanes} at ${one.atSeconds.toFixed(0)} s`).join(', ')}`]
      : []),
    `${checked.messages} messages in ${checked.dialogs} dialogs, ${checked.acknowledged} acknowledged; read back: ${listed(checked.listed)}`,
    ...verdicts.map(textOfVerdict),
    ...findings.slice(0, MOST_FINDINGS).map((finding) => `  ${finding}`),
  ].join('\n')
}

const textOfEvent = ({ atSeconds, what }: Event): string => `${atSeconds.toFixed(1).padStart(6)} s: ${what}`

const textOfPhase = ({ since, fromSeconds, toSeconds, classes }: Phase): string[] => [
  `since ${since} (${(toSeconds - fromSeconds).toFixed(1)} s):`,
  ...Object.entries(classes).map(
    ([name, { requests, perSecond, p50Ms, p95Ms, p99Ms, maxMs, errors }]) =>
      `  ${name}: ${requests} requests, ${perSecond} acknowledged/s, p50 ${p50Ms} p95 ${p95Ms} p99 ${p99Ms} max ${maxMs} ms; errors: ${listed(errors) || 'none'}`,
  ),
]

const textOfNode = ({ node, state, owns, writes, rows }: NodeFigures): string =>
  `  node ${node} ${state}, owns ${(owns * 100).toFixed(1)} %, ${writes ?? '-'} writes, ${rows ?? '-'} rows`

const textOfVerdict = (verdict: Verdict): string => {
  const { asserted, found, holds } = verdict
  const word = isTarget(verdict) ? (holds ? 'met   ' : 'missed') : holds ? 'holds ' : 'FAILED'
  return `${word} ${asserted}, found ${Number(found.toFixed(3))}`
}

const listed = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([name, count]) => `${name}: ${count}`)
    .join(', ')
