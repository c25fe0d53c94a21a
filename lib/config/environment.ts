/** Checks the environment against a schema; a refusal names every missing or wrong variable, and no value. */
import type * as z from 'zod'
import { Fault } from '../errors.ts'

export type Environment = Record<string, string | undefined>

/** An empty variable counts as unset: that is what an unset one becomes when it passes through a template. */
export const check = <T>(schema: z.ZodType<T>, env: Environment): T => {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const result = schema.safeParse(set)
  if (result.success) return result.data
  const issues = result.error.issues.map((issue) => {
    const variable = String(issue.path[0])
    return set[variable] === undefined ? `${variable} is not set` : `${variable}: ${issue.message}`
  })
  throw misconfigured(issues.join('; '))
}

export const misconfigured = (message: string) => new Fault('misconfigured', message)
