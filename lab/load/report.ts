/** k6's figures as ours: what each operation did, what was asserted, whether it held. */
import { rateAsText } from './request.ts'

export type Asked = { scenario: string; target: string; rate: number; durationSeconds: number }
type Operation = Speed & { requests: number; perSecond: number; failures: Record<string, number> }
type Report = Asked & {
  ranSeconds: number
  operations: Record<string, Operation>
  phases?: Phases
  /** Of `overload`: requests beyond the concurrency limit, and what the command itself has found. */
  turnedAway?: number
  measured: Verdict[]
  /** Of `breakpoint`: the rates at which a limit was crossed. */
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

/** The rate grows linearly from zero to the requested one. */
const momentOf = ({ state, metrics }: Figures, { rate, durationSeconds }: Asked) => {
  const visitsPerSecond = (rate * state.testRunDurationMs) / 1000 / durationSeconds
  const [requests = 0, visits = 0] = ['http_reqs', 'iterations'].map((name) => metrics[name]?.values['count'])
  return {
    visitsPerSecond: Math.round(visitsPerSecond),
    requestsPerSecond: Math.round((visitsPerSecond * requests) / visits),
  }
}

/** In a search for the limit, these three end the search; everything else is still asserted. */
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

/** By status; statuses that k6 was not told to count separately are `other`. */
const failuresOf = (operation: string, metrics: Figures['metrics']): Record<string, number> => {
  const prefix = `http_reqs{operation:${operation},status:`
  const known = Object.entries(metrics).flatMap(([metric, { values }]) =>
    metric.startsWith(prefix) && values['count']
      ? [[metric.slice(prefix.length, -1), values['count']] as const]
      : [],
  )
  // `passes` of a rate metric counts the events of the rate: here, failures.
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

type Phases = Record<(typeof PHASES)[number], Speed>

const PHASES = ['before', 'peak', 'after'] as const

/** A few milliseconds come and go by chance, even if all times are short. */
const CHANCE_MS = 25

const phasesOf = ({ metrics }: Figures): Phases | undefined => {
  const speeds = PHASES.map((phase) => metrics[`http_req_duration{scenario:${phase}}`])
  if (!speeds.every(Boolean)) return undefined
  return Object.fromEntries(PHASES.map((phase, index) => [phase, speedOf(speeds[index]?.values)])) as Phases
}

const recovery = ({ before, after }: Phases): Verdict => ({
  asserted: `p95 after the peak < twice that before it (${before.p95Ms.toFixed(1)} ms) + ${CHANCE_MS} ms`,
  found: after.p95Ms,
  holds: after.p95Ms < 2 * before.p95Ms + CHANCE_MS,
})

/** As k6 writes its figures: `http_reqs{operation:sendMessage,status:503}` -> values and thresholds. */
export type Figures = {
  state: { testRunDurationMs: number }
  metrics: Record<string, { values: Record<string, number>; thresholds?: Record<string, { ok: boolean }> }>
  root_group: { checks: { name: string; passes: number; fails: number }[] }
}
type Speed = { p50Ms: number; p95Ms: number; p99Ms: number; maxMs: number }
export type Verdict = { asserted: string; found: number; holds: boolean }

const speedOf = (values: Record<string, number> = {}): Speed => ({
  p50Ms: values['med'] ?? Number.NaN,
  p95Ms: values['p(95)'] ?? Number.NaN,
  p99Ms: values['p(99)'] ?? Number.NaN,
  maxMs: values['max'] ?? Number.NaN,
})

export const textOf = (report: Report): string => {
  const { scenario, target, rate, durationSeconds, memoryMb: memory, brokeAt, turnedAway, verdicts } = report
  const failed = verdicts.filter(({ holds }) => !holds)
  const failedChecks = Object.entries(report.checks).filter(([, { fails }]) => fails > 0)
  const asked = `${scenario} at ${rateAsText(scenario, rate)} for ${durationSeconds} s, ${target}`
  return [
    `${asked}; ran ${report.ranSeconds.toFixed(1)} s`,
    '',
    row('operation', ['requests', '/s', ...SPEED], 'failures'),
    Object.entries(report.operations).map(([name, { requests, perSecond, failures, ...speed }]) =>
      row(name, [String(requests), perSecond.toFixed(1), ...numbersOf(speed)], failuresAsText(failures)),
    ),
    Object.entries(report.phases ?? {}).map(([name, speed]) => row(name, ['', '', ...numbersOf(speed)])),
    '',
    memory
      ? `memory of the service: ${memory.first} MB at first, ${memory.last} MB at last, ${memory.most} MB at most`
      : [],
    turnedAway === undefined ? [] : `turned away at once: ${turnedAway}`,
    report.measured.map(verdictAsText),
    brokeAt
      ? `broke at ${brokeAt.visitsPerSecond} visits/s, that is ${brokeAt.requestsPerSecond} requests/s:`
      : [],
    (brokeAt?.limits ?? []).map((limit) => `  ${verdictAsText(limit)}`),
    scenario === 'breakpoint' && !brokeAt ? `no limit up to ${rate} visits/s: ask for a higher --rate` : [],
    failed.map((verdict) => `  FAILED ${verdictAsText(verdict)}`),
    failedChecks.map(([name, { passes, fails }]) => `  FAILED ${name}: ${fails} of ${passes + fails} times`),
    `${verdicts.length - failed.length} of ${verdicts.length} assertions hold`,
  ]
    .flat()
    .join('\n')
}

const SPEED = ['p50 ms', 'p95 ms', 'p99 ms', 'max ms']

const row = (name: string, columns: string[], end = '') =>
  `${name.padEnd(14)}${columns.map((column) => column.padStart(10)).join('')}  ${end}`.trimEnd()

const numbersOf = ({ p50Ms, p95Ms, p99Ms, maxMs }: Speed) =>
  [p50Ms, p95Ms, p99Ms, maxMs].map((milliseconds) => milliseconds.toFixed(1))

const failuresAsText = (failures: Record<string, number>) =>
  Object.entries(failures)
    .map(([status, count]) => `${status}: ${count}`)
    .join(', ') || 'none'

const verdictAsText = ({ asserted, found }: Verdict) => `${asserted}, found ${Number(found.toFixed(4))}`
