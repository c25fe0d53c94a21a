/** What one instance takes on, and refuses beyond that. */
import { getHeapStatistics } from 'node:v8'
import * as z from 'zod'
import { check, type Environment } from './environment.ts'

export type SendRate = { perSecond: number; burst: number }
export type Limits = {
  /** Of each sender; none: as many sends as come. */
  sendRate?: SendRate
  /** Of each operation that uses the database. */
  requestsAtOnce: number
  /** Memory that lists may take together, from before they are read until their clients have them. */
  replyBytes: number
}

/** The heap also has to hold caches, garbage, and what is not counted. */
const HEAP_SHARE_OF_REPLIES = 1 / 4

/**
 * A person does not type a hundred messages a second: who sends more, for longer than a burst, is a program in a loop.
 * And 64 requests at once are enough for all that an instance can do (docs/performance.md): four times as many is room
 * for a slower database, beyond that they would only wait for each other.
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
