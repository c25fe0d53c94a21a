/** Whether the service may use the embedded store, which is for development on one machine and nothing else. */
import * as z from 'zod'
import { check, type Environment, misconfigured } from './environment.ts'

/** An SQLite file. */
export type EmbeddedConfig = { file: string }

const variables = z.object({
  EMBEDDED_STORE: z.string().optional(),
  CQL_CONTACT_POINTS: z.string().optional(),
  NODE_ENV: z.string().optional(),
  AWS_LAMBDA_FUNCTION_NAME: z.string().optional(),
  WORKERS: z.string().optional(),
  HOST: z.string().optional(),
})

const LOOPBACK = /^(localhost|127\.[\d.]+|::1)$/

/**
 * The file at `EMBEDDED_STORE`, if it is set.
 * @throws Fault `misconfigured` wherever others could come to rely on it
 */
export const readEmbeddedConfig = (env: Environment): EmbeddedConfig | undefined => {
  const { EMBEDDED_STORE: file, ...set } = check(variables, env)
  if (file === undefined) return undefined
  const objections = [
    set.CQL_CONTACT_POINTS !== undefined && 'CQL_CONTACT_POINTS names a database',
    set.NODE_ENV === 'production' && 'NODE_ENV is production',
    set.AWS_LAMBDA_FUNCTION_NAME !== undefined && 'this is Lambda',
    set.WORKERS !== undefined && set.WORKERS !== '1' && 'WORKERS is more than one',
    set.HOST !== undefined && !LOOPBACK.test(set.HOST) && 'HOST is not loopback',
  ].filter((objection) => objection !== false)
  if (objections.length > 0)
    throw misconfigured(`EMBEDDED_STORE is for development on one machine: ${objections.join('; ')}`)
  return { file }
}
