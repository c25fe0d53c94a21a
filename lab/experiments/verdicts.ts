/** What must hold in a run, and what is aimed at: each with what was found. */
import type { Verdict } from '../load/runner/figures.ts'
import type { Figures, NodeFigures, Phase } from './recorded.ts'
import { figuresOf, type Mark, type Timed, within } from './series.ts'

/** A phase with fewer shows nothing. */
const LEAST_IN_A_PHASE = 50
const RECOVERY_MS = 10_000
/** Of an equal share: what a node owns follows from tokens, which halve ranges. */
const LEAST_SHARE = 0.8

export const none = (what: string, found: number): Verdict => ({
  asserted: `${what} == 0`,
  found,
  holds: found === 0,
})
export const atMost = (what: string, limit: number, found: number): Verdict => ({
  asserted: `${what} <= ${limit}`,
  found,
  holds: found <= limit,
})
export const atLeast = (what: string, limit: number, found: number): Verdict => ({
  asserted: `${what} >= ${limit}`,
  found,
  holds: found >= limit,
})

const TARGET = 'target: '
/** It may be missed, as against a guarantee. */
export const asTarget = (verdict: Verdict): Verdict => ({ ...verdict, asserted: TARGET + verdict.asserted })
export const isTarget = ({ asserted }: Verdict): boolean => asserted.startsWith(TARGET)

/** That each phase has shown something: of an outage, that it was one to clients, too, who were answered nevertheless. */
export const shownBy = (phases: Phase[], marks: Mark[]): Verdict[] =>
  phases.map(({ since, classes }) => {
    const isOutage = marks.some(({ what, is }) => what === since && is === 'outage')
    const counted = (one: Figures) => (isOutage ? (one.errors['503'] ?? 0) : one.acknowledged)
    const found = Object.values(classes).reduce((sum, one) => sum + counted(one), 0)
    return atLeast(`${isOutage ? '503' : 'acknowledged'} since: ${since}`, LEAST_IN_A_PHASE, found)
  })

/**
 * After each fault: a success of each class soon, and once that time is over no more failures, until something else happens,
 * than before the first one. That is none, unless the load alone is too much for the machine.
 */
export const servedAgain = (requests: Timed[], marks: Mark[]): Verdict[] => {
  const first = marks.findIndex(({ is }) => is === 'fault')
  const before = failing(within(requests, marks[first - 1]?.atMs ?? 0, marks[first]?.atMs ?? 0))
  return marks.flatMap(({ is, atMs, what }, index) => {
    if (is !== 'over') return []
    const untilMs = marks[index + 1]?.atMs ?? Number.POSITIVE_INFINITY
    const since = within(requests, atMs, untilMs)
    // Of what was still under way when the next thing happened, that is to blame.
    const later = within(since, atMs + RECOVERY_MS, untilMs).filter(
      ({ beganMs, durationMs }) => beganMs + durationMs <= untilMs,
    )
    const success = `seconds to a success of each class since: ${what}`
    const failures = `part of ${later.length} requests later than that which fails, as before any fault, since: ${what}`
    return [
      atMost(success, RECOVERY_MS / 1_000, slowestClass(since, atMs)),
      atMost(failures, before, failing(later)),
    ]
  })
}

/** What part of them: NaN of none. */
const failing = (requests: Timed[]): number => requests.filter(isFailure).length / requests.length

/** Whose client did not wait has not failed. */
const isFailure = ({ status }: Timed) => status !== 200 && status !== 'hung up'

/** Seconds; NaN when a class has not had any success, or there are no requests. */
const slowestClass = (requests: Timed[], atMs: number): number => {
  const byClass = [...Map.groupBy(requests, (one) => one.class).values()]
  const firsts = byClass.map((own) => {
    const ends = own
      .filter(({ status }) => status === 200)
      .map(({ beganMs, durationMs }) => beganMs + durationMs - atMs)
    return ends.length === 0 ? Number.NaN : ends.reduce((a, b) => Math.min(a, b)) / 1_000
  })
  return firsts.length === 0 ? Number.NaN : Math.max(...firsts)
}

/** Acknowledged a second, from ten seconds after a fault on until its end, beside what it was before it. */
export const throughputAfter = (requests: Timed[], marks: Mark[]): number => {
  const at = marks.findIndex(({ is }) => is === 'fault')
  const [before, fault] = [marks[at - 1]?.atMs ?? Number.NaN, marks[at]?.atMs ?? Number.NaN]
  const over = marks.find(({ is }) => is === 'over')?.atMs ?? Number.NaN
  const rate = (fromMs: number, toMs: number) =>
    figuresOf(within(requests, fromMs, toMs), (toMs - fromMs) / 1_000).perSecond
  return rate(fault + RECOVERY_MS, over) / rate(before, fault)
}

/** That a node which has joined owns its share, holds rows and is written to. */
export const ownsItsShare = (nodes: NodeFigures[], newcomer: number): Verdict[] => {
  const { owns, rows, writes } = nodes.find(({ node }) => node === newcomer) ?? {}
  const share = 1 / nodes.length
  return [
    atLeast(`part of an equal share that node ${newcomer} owns`, LEAST_SHARE, (owns ?? 0) / share),
    atLeast(`rows on node ${newcomer}`, 1, rows ?? 0),
    atLeast(`writes to node ${newcomer}`, 1, writes ?? 0),
  ]
}
