/** When each alert fires and when it does not: series as promtool reads them, a value a minute, looked at after 30. */
import { PROBLEMS } from '../../lib/http/problem.ts'
import type { MetricName } from '../../lib/metrics/catalogue.ts'

type Named = `${MetricName | 'up'}${'' | '_bucket' | '_count'}{${string}}`
export type SeriesOfTime = Partial<Record<Named, string>>
/** By what happens. */
type Case = { fires: Record<string, SeriesOfTime>; isQuiet: Record<string, SeriesOfTime> }

const code = (kind: keyof typeof PROBLEMS) => PROBLEMS[kind].code
const requests = (labels: string): Named =>
  `dialogs_requests_total{instance="a",operation="sendMessage",${labels}}`
const durations = (operation: string, upTo: string): Named =>
  `dialogs_request_duration_seconds_bucket{instance="a",operation="${operation}",le="${upTo}"}`
/** Of a hundred a minute, ninety within half a second. */
const slow = (operation: string): SeriesOfTime => ({
  [durations(operation, '0.5')]: '0+90x40',
  [durations(operation, '1')]: '0+100x40',
  [durations(operation, '+Inf')]: '0+100x40',
})
const statements = (outcome: string): Named =>
  `dialogs_statements_total{instance="a",statement="insertMessage",outcome="${outcome}"}`
const pushes = (outcome: string): Named => `dialogs_pushes_total{instance="a",outcome="${outcome}"}`
const refreshes = (outcome: string): Named => `dialogs_refreshes_total{instance="a",outcome="${outcome}"}`
const CLOCK: Named = 'dialogs_clock_offset_seconds{instance="a"}'
const SPENT: Named = 'dialogs_database_clients_total{instance="a",reason="spent"}'
const STUCK: Named = 'dialogs_workers{instance="a",state="stuck"}'
const TURNED_AWAY: Named = 'dialogs_turned_away_total{instance="a",reason="overloaded"}'
const UP: Named = 'up{job="dialogs",instance="a"}'
const OK = requests('code="200"')
/** A counter that was not there before: it appears with a 1 in the 28th minute. */
const FIRST = '_x28 1x10'
/** It has been there for longer. */
const LONG_AGO = '1x40'

export const CASES: Record<string, Case> = {
  InstanceGone: {
    fires: { 'no scrape for minutes': { [UP]: '1x20 0x20' } },
    isQuiet: { 'one scrape is missed': { [UP]: '1x29 0x0 1x10' } },
  },
  RequestsFail: {
    fires: { 'one in a hundred': { [OK]: '0+1000x40', [requests('code="50301"')]: '0+10x40' } },
    isQuiet: {
      'one in two thousand': { [OK]: '0+1000x40', [requests('code="50301"')]: '0+0.5x40' },
      'every second one is refused, which is the fault of callers': {
        [OK]: '0+1000x40',
        [requests('code="40001"')]: '0+1000x40',
      },
      'for a minute': { [OK]: '0+1000x40', [requests('code="50301"')]: '0x28 10x10' },
    },
  },
  RequestsSlow: {
    fires: { 'one send in ten takes longer': slow('sendMessage') },
    isQuiet: { 'signing in, which hashes a password': slow('login') },
  },
  TurnedAway: {
    fires: { 'five of a hundred': { [OK]: '0+100x40', [TURNED_AWAY]: '0+5x40' } },
    isQuiet: { 'one of two hundred': { [OK]: '0+100x40', [TURNED_AWAY]: '0+0.5x40' } },
  },
  Misconfigured: {
    fires: Object.fromEntries(
      (['schema_behind', 'keys_unavailable', 'misconfigured'] as const).map((kind) => [
        `the first ${kind}`,
        { [requests(`code="${code(kind)}"`)]: FIRST },
      ]),
    ),
    isQuiet: {
      'another code': { [requests(`code="${code('database_unavailable')}"`)]: FIRST },
      'one that was long ago': { [requests(`code="${code('misconfigured')}"`)]: LONG_AGO },
    },
  },
  WorkersStuck: {
    fires: { 'one for minutes': { [STUCK]: '0x20 1x20' } },
    isQuiet: { 'one for a moment': { [STUCK]: '0x28 1x0 0x10' } },
  },
  WritesInDoubt: {
    fires: { 'one in a hundred': { [statements('done')]: '0+1000x40', [statements('in_doubt')]: '0+10x40' } },
    isQuiet: {
      'certainly not written': { [statements('done')]: '0+1000x40', [statements('not_written')]: '0+10x40' },
    },
  },
  ClockNearBounds: {
    fires: { ahead: { [CLOCK]: '0.11x40' }, behind: { [CLOCK]: '-0.11x40' } },
    isQuiet: { '90 ms': { [CLOCK]: '-0.09x40' } },
  },
  ClockOutOfBounds: {
    fires: { 'the first refusal': { [requests(`code="${code('clock_out_of_bounds')}"`)]: FIRST } },
    isQuiet: { 'another code': { [requests(`code="${code('overloaded')}"`)]: FIRST } },
  },
  DatabaseClientsReplaced: {
    fires: {
      'once a minute': { [SPENT]: '0+1x40' },
      'three, the first of them all': { [SPENT]: '_x25 3x20' },
    },
    isQuiet: { once: { [SPENT]: FIRST } },
  },
  DialogAtTheCap: {
    fires: {
      'every tenth message': {
        'dialogs_lanes_bucket{instance="a",le="32"}': '0+90x40',
        'dialogs_lanes_count{instance="a"}': '0+100x40',
      },
      'every tenth message, told to Prometheus 3': {
        'dialogs_lanes_bucket{instance="a",le="32.0"}': '0+90x40',
        'dialogs_lanes_count{instance="a"}': '0+100x40',
      },
    },
    isQuiet: {
      'up to 32 lanes': {
        'dialogs_lanes_bucket{instance="a",le="32"}': '0+100x40',
        'dialogs_lanes_count{instance="a"}': '0+100x40',
      },
    },
  },
  PushesUnreachable: {
    fires: { 'one in ten': { [pushes('delivered')]: '0+90x40', [pushes('unreachable')]: '0+10x40' } },
    isQuiet: { 'people leave': { [pushes('delivered')]: '0+90x40', [pushes('gone')]: '0+10x40' } },
  },
  RefreshTokenTheft: {
    fires: { 'the first': { [refreshes('theft')]: FIRST } },
    isQuiet: { 'a lost reply': { [refreshes('repeated')]: FIRST } },
  },
}
