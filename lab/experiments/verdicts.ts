/** Requests over time, and what must hold of them: each verdict with what was found. */
import { ascending, min, sum } from 'd3-array'
import type { Verdict } from '../load/report.ts'
import type { Figures, NodeFigures, Phase, Second } from './recorded.ts'
import type { Request } from './requests.ts'

/** A phase with fewer shows nothing. */
const LEAST_IN_A_PHASE = 50
const RECOVERY_MS = 10_000
/** The part of an equal share: what a node owns follows from tokens, which halve ranges. */
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
/** Unlike a guarantee, a target may be missed. */
export const asTarget = (verdict: Verdict): Verdict => ({ ...verdict, asserted: TARGET + verdict.asserted })
export const isTarget = ({ asserted }: Verdict): boolean => asserted.startsWith(TARGET)

/** Each phase must have shown something: an outage must have been one to clients, too, who were answered nevertheless. */
export const shownBy = (phases: Phase[], marks: Mark[]): Verdict[] =>
  phases.map(({ since, classes }) => {
    const isOutage = marks.some(({ what, is }) => what === since && is === 'outage')
    const counted = (one: Figures) => (isOutage ? (one.errors['503'] ?? 0) : one.acknowledged)
    const found = sum(Object.values(classes), counted)
    return atLeast(`${isOutage ? '503' : 'acknowledged'} since: ${since}`, LEAST_IN_A_PHASE, found)
  })

/**
 * Soon after each fault each class has a success; later, until something else happens, no more requests fail than did
 * before the first fault. That is none, unless the load alone is too much for the machine.
 */
export const servedAgain = (requests: Timed[], marks: Mark[]): Verdict[] => {
  const first = marks.findIndex(({ is }) => is === 'fault')
  const before = failing(within(requests, marks[first - 1]?.atMs ?? 0, marks[first]?.atMs ?? 0))
  return marks.flatMap(({ is, atMs, what }, index) => {
    if (is !== 'over') return []
    const untilMs = marks[index + 1]?.atMs ?? Number.POSITIVE_INFINITY
    const since = within(requests, atMs, untilMs)
    // When the next event happens during a request, that event is to blame for its failure.
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

/** The part that failed; NaN when there are no requests. */
const failing = (requests: Timed[]): number => requests.filter(isFailure).length / requests.length

/** A request whose client hung up has not failed. */
const isFailure = ({ status }: Timed) => status !== 200 && status !== 'hung up'

/** Seconds; NaN when a class has not had any success, or there are no requests. */
const slowestClass = (requests: Timed[], atMs: number): number => {
  const byClass = [...Map.groupBy(requests, (one) => one.class).values()]
  const firsts = byClass.map((own) => {
    const successes = own.filter(({ status }) => status === 200)
    return (min(successes, ({ beganMs, durationMs }) => beganMs + durationMs - atMs) ?? Number.NaN) / 1_000
  })
  return firsts.length === 0 ? Number.NaN : Math.max(...firsts)
}

/** The rate of acknowledgements from ten seconds after a fault to its end, divided by the rate before it. */
export const throughputAfter = (requests: Timed[], marks: Mark[]): number => {
  const at = marks.findIndex(({ is }) => is === 'fault')
  const [before, fault] = [marks[at - 1]?.atMs ?? Number.NaN, marks[at]?.atMs ?? Number.NaN]
  const over = marks.find(({ is }) => is === 'over')?.atMs ?? Number.NaN
  const rate = (fromMs: number, toMs: number) =>
    figuresOf(within(requests, fromMs, toMs), (toMs - fromMs) / 1_000).perSecond
  return rate(fault + RECOVERY_MS, over) / rate(before, fault)
}

/** A node that has joined owns its share, holds rows and is written to. */
export const ownsItsShare = (nodes: NodeFigures[], newcomer: number): Verdict[] => {
  const { owns, rows, writes } = nodes.find(({ node }) => node === newcomer) ?? {}
  const share = 1 / nodes.length
  return [
    atLeast(`part of an equal share that node ${newcomer} owns`, LEAST_SHARE, (owns ?? 0) / share),
    atLeast(`rows on node ${newcomer}`, 1, rows ?? 0),
    atLeast(`writes to node ${newcomer}`, 1, writes ?? 0),
  ]
}

export type Timed = Pick<Request, 'class' | 'beganMs' | 'durationMs' | 'status'>
/** A moment at which something changes, by the clock of the requests. */
export type Mark = {
  atMs: number
  what: string
  /**
   * `fault`: from now on something is broken; `outage`: so much is broken that no success can be expected; `over`: from
   * now on the service must recover soon.
   */
  is?: 'fault' | 'outage' | 'over'
}

export const beginningOf = (requests: Timed[]): number =>
  requests.reduce((first, { beganMs }) => Math.min(first, beganMs), Number.POSITIVE_INFINITY)

/** Those that began in a stretch of time. */
export const within = <One extends Timed>(requests: One[], fromMs: number, toMs: number): One[] =>
  requests.filter(({ beganMs }) => beganMs >= fromMs && beganMs < toMs)

export const secondsOf = (requests: Timed[]): Second[] => {
  const beginning = beginningOf(requests)
  const bySecond = Map.groupBy(requests, ({ beganMs }) => Math.floor((beganMs - beginning) / 1_000))
  return [...bySecond]
    .sort(([a], [b]) => a - b)
    .map(([second, own]) => ({ second, classes: byClass(own, 1) }))
}

/** From one mark to the next; the last mark only ends a phase. A phase ends with its last request. */
export const phasesOf = (requests: Timed[], marks: Mark[]): Phase[] => {
  const beginning = beginningOf(requests)
  return marks.slice(0, -1).map(({ what, atMs }, index) => {
    const own = within(requests, atMs, marks[index + 1]?.atMs ?? atMs)
    const endMs = own.reduce((last, { beganMs }) => Math.max(last, beganMs), atMs)
    return {
      since: what,
      fromSeconds: (atMs - beginning) / 1_000,
      toSeconds: (endMs - beginning) / 1_000,
      classes: byClass(own, (endMs - atMs) / 1_000),
    }
  })
}

const byClass = (requests: Timed[], seconds: number): Record<string, Figures> =>
  Object.fromEntries(
    [...Map.groupBy(requests, (request) => request.class)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, own]) => [name, figuresOf(own, seconds)]),
  )

export const figuresOf = (requests: Timed[], seconds: number): Figures => {
  const sorted = requests.map(({ durationMs }) => durationMs).sort(ascending)
  // Nearest rank, like all figures recorded so far: the least time that this part of the requests does not exceed.
  const percentile = (part: number) =>
    rounded(sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN)
  const failed = requests.filter(({ status }) => status !== 200)
  const byStatus = Map.groupBy(failed, ({ status }) => (status === 'no reply' ? 0 : status))
  const acknowledged = requests.length - failed.length
  return {
    requests: requests.length,
    acknowledged,
    perSecond: rounded(acknowledged / seconds),
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
    maxMs: percentile(1),
    errors: Object.fromEntries([...byStatus].map(([status, own]) => [status, own.length])),
  }
}

const rounded = (number: number) => Math.round(number * 100) / 100
