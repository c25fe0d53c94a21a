/** What every run asserts, and what it asks k6 to count separately. */
import type { Options, Scenario, Threshold } from 'k6/options'
import { RUN } from './run.ts'

export const OPERATIONS = [
  'sendMessage',
  'listMessages',
  'listDialogs',
  'listChanges',
  'showDialog',
  'markRead',
  'revoke',
  'checkHealth',
  'checkReady',
  'showDocument',
  'showPage',
] as const
export type Operation = (typeof OPERATIONS)[number]

/** k6 reports 0 when there is no reply. */
export const STATUSES = [0, 400, 401, 403, 404, 405, 408, 413, 415, 429, 500, 502, 503, 504]

/** The service answers within 5 s: with enough virtual users for that, no visit is dropped for want of one. */
const ANSWER_LIMIT_SECONDS = 5
/** k6 takes about a megabyte for each. */
const MOST_USERS = 1_000

export const common = {
  // A client that follows no redirections cannot be led off this machine.
  maxRedirects: 0,
  summaryTrendStats: ['med', 'p(95)', 'p(99)', 'max'],
  systemTags: ['group', 'status', 'name', 'method', 'scenario', 'check', 'expected_response'],
} satisfies Options

/** A metric without samples passes every threshold but `count>0`, which asserts that each operation was asked. */
export const assertions = (operations: readonly Operation[], latency: string[], failures: string) => {
  const thresholds: Record<string, Threshold[]> = {
    checks: ['rate==1'],
    dropped_iterations: ['count==0'],
    http_req_failed: [failures],
  }
  for (const operation of operations) {
    thresholds[`http_reqs{operation:${operation}}`] = ['count>0']
    thresholds[`http_req_duration{operation:${operation}}`] = latency
    thresholds[`http_req_failed{operation:${operation}}`] = []
    for (const status of STATUSES) thresholds[`http_reqs{operation:${operation},status:${status}}`] = []
  }
  return thresholds
}

/** The open model: requests start when they are due, even if earlier ones are slow. */
export const steady = (exec: string, rate = RUN.rate, durationSeconds = RUN.durationSeconds): Scenario =>
  RUN.users
    ? { executor: 'constant-vus', exec, vus: RUN.users, duration: `${durationSeconds}s` }
    : {
        executor: 'constant-arrival-rate',
        exec,
        rate,
        duration: `${durationSeconds}s`,
        preAllocatedVUs: Math.min(rate * ANSWER_LIMIT_SECONDS, MOST_USERS),
      }
