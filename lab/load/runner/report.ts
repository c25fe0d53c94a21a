/** k6's figures as ours: what each operation did, what was asserted, whether it held. */
import { type Figures, type Speed, speedOf, type Verdict } from './figures.ts'
import { type Phases, phasesOf, recovery } from './phases.ts'

export type Asked = { scenario: string; target: string; rate: number; durationSeconds: number }
type Operation = Speed & { requests: number; perSecond: number; failures: Record<string, number> }
export type Report = Asked & {
  ranSeconds: number
  operations: Record<string, Operation>
  phases?: Phases
  /** Of `overload`: requests that there was no room for, and what the command itself has found. */
  turnedAway?: number
  measured: Verdict[]
  /** Of `breakpoint`: what was asked for when a limit was crossed. */
  brokeAt?: { visitsPerSecond: number; requestsPerSecond: number; limits: Verdict[] }
  memoryMb?: { first: number; last: number; most: number }
  checks: Record<string, { passes: number; fails: number }>
  verdicts: Verdict[]
  passed: boolean
}

export const reportOf = (
  figures: Figures,
  asked: Asked,
  memoryMb: number[],
  measured: Verdict[] = [],
): Report => {
  const ranSeconds = figures.state.testRunDurationMs / 1000
  const turnedAway = figures.metrics['turned_away']?.values['count']
  const phases = phasesOf(figures)
  const all = [...verdictsOf(figures), ...(phases ? [recovery(phases)] : []), ...measured]
  const seeksItsLimit = asked.scenario === 'breakpoint'
  const verdicts = all.filter((verdict) => !(seeksItsLimit && isLimit(verdict)))
  const limits = all.filter((verdict) => seeksItsLimit && isLimit(verdict) && !verdict.holds)
  return {
    ...asked,
    ranSeconds,
    operations: operationsOf(figures, ranSeconds),
    ...(phases && { phases }),
    ...(limits.length > 0 && { brokeAt: { ...momentOf(figures, asked), limits } }),
    ...(turnedAway !== undefined && { turnedAway }),
    measured,
    ...(memoryMb.length > 0 && { memoryMb: memoryOf(memoryMb) }),
    checks: Object.fromEntries(
      figures.root_group.checks.map(({ name, passes, fails }) => [name, { passes, fails }]),
    ),
    verdicts,
    passed: verdicts.every(({ holds }) => holds) && seeksItsLimit === limits.length > 0,
  }
}

/** The rate grows evenly from nothing to the one asked for. */
const momentOf = ({ state, metrics }: Figures, { rate, durationSeconds }: Asked) => {
  const visitsPerSecond = (rate * state.testRunDurationMs) / 1000 / durationSeconds
  const [requests = 0, visits = 0] = ['http_reqs', 'iterations'].map((name) => metrics[name]?.values['count'])
  return {
    visitsPerSecond: Math.round(visitsPerSecond),
    requestsPerSecond: Math.round((visitsPerSecond * requests) / visits),
  }
}

/** In a search for the limit, these three end the search; all else is asserted there too. */
const isLimit = ({ asserted }: Verdict) =>
  /^(http_req_duration|http_req_failed|dropped_iterations) /.test(asserted)

const verdictsOf = ({ metrics }: Figures): Verdict[] =>
  Object.entries(metrics).flatMap(([metric, { values, thresholds = {} }]) =>
    Object.entries(thresholds).map(([threshold, { ok }]) => ({
      asserted: `${metric} ${threshold}`,
      found: values[threshold.split(/[<>=]/, 1)[0] ?? ''] ?? Number.NaN,
      holds: ok,
    })),
  )

const operationsOf = ({ metrics }: Figures, ranSeconds: number): Record<string, Operation> =>
  Object.fromEntries(
    Object.keys(metrics)
      .sort()
      .flatMap((metric) => {
        const operation = /^http_reqs\{operation:(\w+)\}$/.exec(metric)?.[1]
        if (!operation) return []
        const requests = metrics[metric]?.values['count'] ?? 0
        const speed = speedOf(metrics[`http_req_duration{operation:${operation}}`]?.values)
        const failures = failuresOf(operation, metrics)
        return [[operation, { requests, perSecond: requests / ranSeconds, ...speed, failures }]]
      }),
  )

/** By status; those that k6 was not told to count apart come as `other`. */
const failuresOf = (operation: string, metrics: Figures['metrics']): Record<string, number> => {
  const prefix = `http_reqs{operation:${operation},status:`
  const known = Object.entries(metrics).flatMap(([metric, { values }]) =>
    metric.startsWith(prefix) && values['count']
      ? [[metric.slice(prefix.length, -1), values['count']] as const]
      : [],
  )
  // Of a rate metric, `passes` counts what it is the rate of: here, failures.
  const all = metrics[`http_req_failed{operation:${operation}}`]?.values['passes'] ?? 0
  const other = all - known.reduce((sum, [, count]) => sum + count, 0)
  return Object.fromEntries([
    ...known.map(([status, count]) => [status === '0' ? 'no reply' : status, count]),
    ...(other > 0 ? [['other', other]] : []),
  ])
}

const memoryOf = (samples: number[]) => ({
  first: samples[0] ?? Number.NaN,
  last: samples.at(-1) ?? Number.NaN,
  most: Math.max(...samples),
})
