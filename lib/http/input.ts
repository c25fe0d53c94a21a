/** A plain request -> the contract's checked input, or a refusal that lists the invalid fields. */
import type * as z from 'zod'
import { Fault, type FaultKind, type FieldError } from '../errors.ts'
import { jsonOf } from './body.ts'
import type { PathTemplate } from './path.ts'
import type { HttpRequest } from './request.ts'

/** @throws Fault of the kind that belongs to the first invalid field, listing all of them */
export const inputOf = <Input>(
  schema: z.ZodObject & z.ZodType<Input>,
  request: HttpRequest,
  template: PathTemplate,
): Input => {
  const { path, header, query, body } = schema.shape as Record<string, z.ZodObject | undefined>
  const raw = {
    ...(path && { path: request.path(template) }),
    ...(header && { header: singleValues('header', request.headers, Object.keys(header.shape)) }),
    ...(query && { query: singleValues('query', request.query, Object.keys(query.shape)) }),
    ...(body && { body: jsonOf(request) }),
  }
  const result = schema.safeParse(raw)
  if (result.success) return result.data as Input
  const fields = result.error.issues.map(({ path: steps, message }) => ({ path: steps.join('.'), message }))
  throw new Fault(kindOf(result.error.issues[0]), 'the input is not valid', { fields })
}

/** Parameters unknown to the operation are ignored, repeated or not. Header names are in lower case. */
const singleValues = (where: 'query' | 'header', given: Map<string, string[]>, known: string[]) => {
  const valuesOf = (name: string) => given.get(where === 'header' ? name.toLowerCase() : name)
  const repeated: FieldError[] = known
    .filter((name) => (valuesOf(name)?.length ?? 0) > 1)
    .map((name) => ({ path: `${where}.${name}`, message: 'must be given once' }))
  if (repeated.length > 0)
    throw new Fault('repeated_parameter', 'a parameter is repeated', { fields: repeated })
  return Object.fromEntries(known.map((name) => [name, valuesOf(name)?.[0]]))
}

const kindOf = (issue: z.core.$ZodIssue | undefined): FaultKind =>
  issue?.code === 'custom' && issue.params ? issue.params['kind'] : 'bad_field'
