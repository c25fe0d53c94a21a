/** When an operator is called, and for what: each has an entry in docs/operations.md that says what to do. */
import { CONTRACTS } from '../../bin/operations.ts'
import { PROBLEMS } from '../../lib/http/problem.ts'
import { MAX_CLOCK_SKEW_MS } from '../../lib/timeline/rules.ts'
import { JOB, promql, ratio } from './promql.ts'

export type Alert = {
  name: string
  /** `page` wakes somebody; `ticket` waits for the morning. */
  severity: 'page' | 'ticket'
  /** How long it holds before anybody is told. */
  for: `${number}m`
  /** A query that has a value whether or not anything is wrong ... */
  value: string
  /** ... and from where on it is wrong. */
  above: number
  /** With Prometheus' templates. */
  summary: string
}

const { rate, quantile, gauge, each, happened, above } = promql('5m')
const lately = promql('15m')

const codeOf = (...kinds: (keyof typeof PROBLEMS)[]) => ({
  code: new RegExp(kinds.map((kind) => PROBLEMS[kind].code).join('|')),
})
/** Those that hash a password are slow by design. */
const QUICK = {
  operation: new RegExp(
    CONTRACTS.filter(({ ofAccounts }) => !ofAccounts)
      .map(({ operation }) => operation)
      .join('|'),
  ),
}
/** Of the bound at which an instance refuses to write. */
const NEAR = 0.4

const OF_SERVICE: Alert[] = [
  {
    name: 'InstanceGone',
    severity: 'page',
    for: '1m',
    value: `1 - up{job="${JOB}"}`,
    above: 0,
    summary: '{{ $labels.instance }} does not tell its metrics',
  },
  {
    name: 'RequestsFail',
    severity: 'page',
    for: '5m',
    value: ratio(rate('dialogs_requests_total', [], { code: /5.*/ }), rate('dialogs_requests_total')),
    above: 0.001,
    summary: '{{ $value | humanizePercentage }} of requests fail',
  },
  {
    name: 'RequestsSlow',
    severity: 'ticket',
    for: '10m',
    value: quantile(0.99, 'dialogs_request_duration_seconds', [], QUICK),
    above: 0.5,
    summary: 'one request in a hundred takes longer than {{ $value | humanizeDuration }}',
  },
  {
    name: 'TurnedAway',
    severity: 'ticket',
    for: '10m',
    value: ratio(rate('dialogs_turned_away_total'), rate('dialogs_requests_total')),
    above: 0.01,
    summary: 'for 100 requests, {{ $value | humanizePercentage }} are turned away',
  },
  {
    name: 'Misconfigured',
    severity: 'page',
    for: '1m',
    value: happened(
      'dialogs_requests_total',
      ['instance'],
      codeOf('schema_behind', 'keys_unavailable', 'misconfigured'),
    ),
    above: 0,
    summary:
      '{{ $labels.instance }} refuses requests: its schema, its keys or its configuration is not right',
  },
  {
    name: 'WorkersStuck',
    severity: 'ticket',
    for: '2m',
    value: gauge('max', 'dialogs_workers', ['instance'], { state: 'stuck' }),
    above: 0,
    summary: '{{ $value }} processes of {{ $labels.instance }} do not answer within a second',
  },
]

const OF_STORAGE: Alert[] = [
  {
    name: 'WritesInDoubt',
    severity: 'page',
    for: '5m',
    value: ratio(
      rate('dialogs_statements_total', [], { outcome: 'in_doubt' }),
      rate('dialogs_statements_total'),
    ),
    above: 0.001,
    summary: '{{ $value | humanizePercentage }} of statements may or may not have been stored',
  },
  {
    name: 'ClockNearBounds',
    severity: 'ticket',
    for: '5m',
    value: `abs(${each('dialogs_clock_offset_seconds')})`,
    above: ((MAX_CLOCK_SKEW_MS / 2) * NEAR) / 1_000,
    summary:
      "the clock of {{ $labels.instance }} and the database's are {{ $value | humanizeDuration }} apart",
  },
  {
    name: 'ClockOutOfBounds',
    severity: 'page',
    for: '1m',
    value: happened('dialogs_requests_total', ['instance'], codeOf('clock_out_of_bounds')),
    above: 0,
    summary: '{{ $labels.instance }} refuses to write, since its clock may be wrong',
  },
  {
    name: 'DatabaseClientsReplaced',
    severity: 'ticket',
    for: '1m',
    value: lately.happened('dialogs_database_clients_total', ['instance'], { reason: 'spent' }),
    above: 2,
    summary: '{{ $labels.instance }} has replaced its database client {{ $value }} times in 15 minutes',
  },
  {
    name: 'DialogAtTheCap',
    severity: 'ticket',
    for: '10m',
    value: above(32, 'dialogs_lanes'),
    above: 0.01,
    summary: '{{ $value | humanizePercentage }} of messages go to time buckets of 64 lanes',
  },
]

const OF_PEOPLE: Alert[] = [
  {
    name: 'PushesUnreachable',
    severity: 'ticket',
    for: '10m',
    value: ratio(
      rate('dialogs_pushes_total', ['instance'], { outcome: 'unreachable' }),
      rate('dialogs_pushes_total', ['instance']),
    ),
    above: 0.05,
    summary: '{{ $value | humanizePercentage }} of pushes from {{ $labels.instance }} reach no instance',
  },
  {
    name: 'RefreshTokenTheft',
    severity: 'ticket',
    for: '1m',
    value: lately.happened('dialogs_refreshes_total', [], { outcome: 'theft' }),
    above: 0,
    summary: '{{ $value }} sessions were ended: two parties had used one refresh token',
  },
]

export const ALERTS: Record<string, Alert[]> = {
  service: OF_SERVICE,
  storage: OF_STORAGE,
  people: OF_PEOPLE,
}
