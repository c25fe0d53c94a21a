/** A report as a person reads it on a terminal. */
import type { Speed, Verdict } from './figures.ts'
import type { Report } from './report.ts'
import { rateAsText } from './request.ts'

export const textOf = (report: Report): string =>
  [
    `${report.scenario} at ${rateAsText(report.scenario, report.rate)} for ${report.durationSeconds} s, ${report.target}; ran ${report.ranSeconds.toFixed(1)} s`,
    '',
    row('operation', ['requests', '/s', ...SPEED], 'failures'),
    ...Object.entries(report.operations).map(([name, { requests, perSecond, failures, ...speed }]) =>
      row(name, [String(requests), perSecond.toFixed(1), ...numbersOf(speed)], failuresAsText(failures)),
    ),
    ...Object.entries(report.phases ?? {}).map(([name, speed]) => row(name, ['', '', ...numbersOf(speed)])),
    '',
    ...(report.memoryMb
      ? [
          `memory of the service: ${report.memoryMb.first} MB at first, ${report.memoryMb.last} MB at last, ${report.memoryMb.most} MB at most`,
        ]
      : []),
    ...(report.turnedAway === undefined ? [] : [`turned away at once: ${report.turnedAway}`]),
    ...report.measured.map(verdictAsText),
    ...(report.brokeAt
      ? [
          `broke at ${report.brokeAt.visitsPerSecond} visits/s, that is ${report.brokeAt.requestsPerSecond} requests/s:`,
          ...report.brokeAt.limits.map((limit) => `  ${verdictAsText(limit)}`),
        ]
      : []),
    ...(report.scenario === 'breakpoint' && !report.brokeAt
      ? [`no limit up to ${report.rate} visits/s: ask for a higher --rate`]
      : []),
    ...report.verdicts.filter(({ holds }) => !holds).map((verdict) => `  FAILED ${verdictAsText(verdict)}`),
    ...Object.entries(report.checks)
      .filter(([, { fails }]) => fails > 0)
      .map(([name, { passes, fails }]) => `  FAILED ${name}: ${fails} of ${passes + fails} times`),
    `${report.verdicts.filter(({ holds }) => holds).length} of ${report.verdicts.length} assertions hold`,
  ].join('\n')

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
