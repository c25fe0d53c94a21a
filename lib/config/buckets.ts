/** How large and how hot partitions may get: BUCKET_*, FILL_SECONDS. */
import * as z from 'zod'
import { DEFAULT_RULES, type Rules, rulesIssue } from '../timeline/rules.ts'
import { check, type Environment, misconfigured } from './environment.ts'

const bucketVariables = z.object({
  BUCKET_ROWS: z.coerce.number().default(DEFAULT_RULES.bucketRows),
  BUCKET_BYTES: z.coerce.number().default(DEFAULT_RULES.bucketBytes),
  FILL_SECONDS: z.coerce.number().default(DEFAULT_RULES.fillSeconds),
})

/** @throws Fault `misconfigured` when a number is out of its range, or the three contradict each other */
export const readRules = (env: Environment): Rules => {
  const { BUCKET_ROWS, BUCKET_BYTES, FILL_SECONDS } = check(bucketVariables, env)
  const rules = {
    ...DEFAULT_RULES,
    bucketRows: BUCKET_ROWS,
    bucketBytes: BUCKET_BYTES,
    fillSeconds: FILL_SECONDS,
  }
  const issue = rulesIssue(rules)
  if (issue) throw misconfigured(issue.replace(/[a-z]+[A-Z][a-z]+/g, variableOf))
  return rules
}

const variableOf = (field: string) => field.replace(/[A-Z]/g, '_$&').toUpperCase()
