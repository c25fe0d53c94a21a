/** A plain request -> the contract's checked input, or a refusal that lists the invalid fields. */
import type * as z from 'zod'
import { Fault, type FaultKind, type FieldError } from '../errors.ts'
import { jsonOf } from './body.ts'
import type { PathTemplate } from './path.ts'
import type { HttpRequest } from './request.ts'

/**
 * What the schema asks for is looked up once, since it is the same for every request.
 * @throws Fault of the kind that belongs to the first invalid field, listing all of them
 */
export const inputReader = <Input>(
  schema: z.ZodObject & z.ZodType<Input>,
  template: PathTemplate,
): ((request: HttpRequest) => Input) => {
  const { path, header, query, body } = schema.shape as Record<string, z.ZodObject | undefined>
  const [headers, parameters] = [header, query].map((part) => part && Object.keys(part.shape))
  return (request) => {
    const raw: Record<string, unknown> = {}
    if (path) raw['path'] = request.path(template)
    if (headers) raw['header'] = singleValues('header', request.headers, headers)
    if (parameters) raw['query'] = singleValues('query', request.query, parameters)
    if (body) raw['body'] = jsonOf(request)
    return checked(schema, raw)
  }
}

/** @throws Fault of the kind that belongs to the first invalid field, listing all of them */
export const checked = <Input>(schema: z.ZodObject & z.ZodType<Input>, raw: unknown): Input => {
  const result = schema.safeParse(raw)
  if (result.success) return result.data as Input
  const fields = result.error.issues.map(({ path: steps, message }) => ({ path: steps.join('.'), message }))
  throw new Fault(kindOf(result.error.issues[0]), 'the input is not valid', { fields })
}

/** Parameters unknown to the operation are ignored, repeated or not. Header names are in lower case. */
const singleValues = (where: 'query' | 'header', given: Map<string, string[]>, known: string[]) => {
  const single: Record<string, string | undefined> = {}
  const repeated: FieldError[] = []
  for (const name of known) {
    const values = given.get(where === 'header' ? name.toLowerCase() : name) ?? []
    if (values.length > 1) repeated.push({ path: `${where}.${name}`, message: 'must be given once' })
    single[name] = values[0]
  }
  if (repeated.length > 0)
    throw new Fault('repeated_parameter', 'a parameter is repeated', { fields: repeated })
  return single
}

const kindOf = (issue: z.core.$ZodIssue | undefined): FaultKind =>
  issue?.code === 'custom' && issue.params ? issue.params['kind'] : 'bad_field'
