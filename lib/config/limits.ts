/** The limits of one instance, beyond which it refuses. */
import { getHeapStatistics } from 'node:v8'
import * as z from 'zod'
import { check, type Environment } from './environment.ts'

export type SendRate = { perSecond: number; burst: number }
export type Limits = {
  /** For each sender; absent: no limit. */
  sendRate?: SendRate
  /** The concurrency limit of each operation that uses the database. */
  requestsAtOnce: number
  /** The memory budget of all lists together, from before they are read until their clients have received them. */
  replyBytes: number
}

/** The heap also has to hold caches, garbage, and what is not counted. */
const HEAP_SHARE_OF_REPLIES = 1 / 4

/**
 * A person does not type a hundred messages a second: a sender that exceeds that for longer than a burst is a program in
 * a loop. And 64 concurrent requests saturate an instance (docs/performance.md): four times as many leave room for a
 * slower database; more would only wait for each other.
 */
const variables = z.object({
  SENDS_PER_SECOND: z.coerce.number().int().min(0).max(100_000).default(100),
  SEND_BURST: z.coerce.number().int().min(1).max(1_000_000).default(500),
  REQUESTS_AT_ONCE: z.coerce.number().int().min(1).max(100_000).default(256),
})

/** @throws Fault `misconfigured` when a number is out of its range */
export const readLimits = (env: Environment): Limits => {
  const { SENDS_PER_SECOND, SEND_BURST, REQUESTS_AT_ONCE } = check(variables, env)
  const sendRate = SENDS_PER_SECOND > 0 && { sendRate: { perSecond: SENDS_PER_SECOND, burst: SEND_BURST } }
  const replyBytes = Math.floor(getHeapStatistics().heap_size_limit * HEAP_SHARE_OF_REPLIES)
  return { requestsAtOnce: REQUESTS_AT_ONCE, replyBytes, ...sendRate }
}
