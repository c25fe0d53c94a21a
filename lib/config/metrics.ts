/** Whether functions write metrics into their log lines: METRICS. */
import * as z from 'zod'
import { check, type Environment } from './environment.ts'

/** @throws Fault `misconfigured` */
export const readEmbedsMetrics = (env: Environment): boolean =>
  check(z.object({ METRICS: z.enum(['on', 'off']).default('off') }), env).METRICS === 'on'
