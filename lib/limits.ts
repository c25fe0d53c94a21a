/** What one instance takes on, and refuses beyond that. */
import * as z from 'zod'
import { check, type Environment } from './environment.ts'

export type SendRate = { perSecond: number; burst: number }
export type Limits = {
  /** Of each sender; none: as many sends as come. */
  sendRate?: SendRate
}

/** A person does not type a hundred messages a second: who sends more, for longer than a burst, is a program in a loop. */
const variables = z.object({
  SENDS_PER_SECOND: z.coerce.number().int().min(0).max(100_000).default(100),
  SEND_BURST: z.coerce.number().int().min(1).max(1_000_000).default(500),
})

/** @throws Fault `misconfigured` when a number is out of its range */
export const readLimits = (env: Environment): Limits => {
  const { SENDS_PER_SECOND, SEND_BURST } = check(variables, env)
  return { ...(SENDS_PER_SECOND > 0 && { sendRate: { perSecond: SENDS_PER_SECOND, burst: SEND_BURST } }) }
}
