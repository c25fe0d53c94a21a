/** Whether new messages are pushed: PUSH, and what it needs. */
import * as z from 'zod'
import { check, type Environment } from './environment.ts'
import { origins } from './fields.ts'

export type PushConfig = {
  /** Where functions reach connections: the WebSocket API and its stage. Absent in `npm run serve`, which has its own. */
  endpoint?: string
  /** The origins of pages that may connect, beside the service's own. */
  origins: string[]
}

const pushVariables = z.object({
  PUSH: z.enum(['on', 'off']).default('off'),
  PUSH_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  CORS_ORIGINS: origins,
})

/** Undefined unless `PUSH` is on. @throws Fault `misconfigured` */
export const readPushConfig = (env: Environment): PushConfig | undefined => {
  const { PUSH, PUSH_ENDPOINT, CORS_ORIGINS } = check(pushVariables, env)
  if (PUSH === 'off') return undefined
  return { origins: CORS_ORIGINS, ...(PUSH_ENDPOINT && { endpoint: PUSH_ENDPOINT }) }
}
