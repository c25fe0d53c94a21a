/** What every run asserts, and what it asks k6 to count apart. */
import type { Options, Scenario, Threshold } from 'k6/options'
import { RUN } from './run.ts'

export const OPERATIONS = [
  'sendMessage',
  'listMessages',
  'checkHealth',
  'checkReady',
  'showDocument',
] as const
export type Operation = (typeof OPERATIONS)[number]

/** 0 is k6's word for no reply at all. */
export const STATUSES = [0, 400, 401, 403, 404, 405, 408, 413, 415, 429, 500, 502, 503, 504]

/** The service answers within 5 s: with so many virtual users, no visit is dropped for want of one. */
const ANSWER_LIMIT_SECONDS = 5
/** k6 takes about a megabyte for each. */
const MOST_USERS = 1_000

export const common = {
  // What is not told to follow a redirection cannot be led off this machine.
  maxRedirects: 0,
  summaryTrendStats: ['med', 'p(95)', 'p(99)', 'max'],
  systemTags: ['group', 'status', 'name', 'method', 'scenario', 'check', 'expected_response'],
} satisfies Options

/** A metric without any sample passes all but `count>0`: each operation must have been asked at all. */
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

/** Requests start when they are due, however slow the earlier ones are: the open model. */
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
