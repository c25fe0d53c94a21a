/**
 * An event of API Gateway (HTTP API 2.0 and 1.0, REST API), of a function URL or of a load balancer -> one plain request.
 */
import { Fault } from '../errors.ts'
import type { Origin } from '../model/operations.ts'
import type { PathTemplate } from './path.ts'

/** Header names are in lower case; every value of a repeated header or parameter is kept. */
export type HttpRequest = {
  /** Undefined if the event does not include it. */
  method: string | undefined
  headers: Map<string, string[]>
  query: Map<string, string[]>
  body: Buffer
  /** The path parameters, percent-decoded exactly once. @throws Fault `bad_id` for an escape that cannot be decoded */
  path: (template: PathTemplate) => Record<string, string>
  /** Whether the reply's headers must be lists of values. */
  expectsHeaderLists: boolean
  origin: () => Origin
}

type Fields = Record<string, unknown>

export const NO_BODY = Buffer.alloc(0)

/** Never throws: unreadable parts are left out, and the operation that needs them refuses the request. */
export const readEvent = (event: unknown): HttpRequest => {
  const fields = fieldsOf(event)
  const headers = headersOf(fields)
  return {
    method: methodOf(fields),
    headers,
    query: queryOf(fields),
    body: bodyOf(fields),
    path: (template) => pathOf(fields, template),
    expectsHeaderLists: expectsHeaderLists(fields),
    origin: () => originOf(fields, forwardedFor(headers)),
  }
}

/** The values of X-Forwarded-For, each of which may be a list. */
export const forwardedFor = (headers: Map<string, string[]>): string[] => headers.get('x-forwarded-for') ?? []

/**
 * API gateways and function URLs say who connected to them. A load balancer does not, but appends that address to
 * X-Forwarded-For (AWS, "HTTP headers and Application Load Balancers").
 */
const originOf = (event: Fields, forwarded: string[]): Origin => {
  const { http, identity } = fieldsOf(event['requestContext'])
  const appended = isFromLoadBalancer(event) ? forwarded.join(',').split(',').at(-1) : undefined
  const address = fieldsOf(http)['sourceIp'] ?? fieldsOf(identity)['sourceIp'] ?? appended
  return { address: typeof address === 'string' ? address : undefined, forwardedFor: forwarded }
}

const headersOf = (event: Fields): Map<string, string[]> => {
  const headers = new Map<string, string[]>()
  const all = { ...fieldsOf(event['headers']), ...fieldsOf(event['multiValueHeaders']) }
  for (const [name, value] of Object.entries(all)) append(headers, name.toLowerCase(), stringsOf(value))
  return headers
}

/** Adds to the values of a name. */
export const append = (all: Map<string, string[]>, name: string, values: string[]): void => {
  const others = all.get(name)
  if (others) others.push(...values)
  else all.set(name, values)
}

const methodOf = (event: Fields): string | undefined => {
  const { method = event['httpMethod'] } = fieldsOf(fieldsOf(event['requestContext'])['http'])
  return typeof method === 'string' ? method : undefined
}

/**
 * A load balancer whose target group has multi-value headers enabled sends lists of values, and reads only such lists from
 * a reply (AWS, "Use Lambda functions as targets of an Application Load Balancer").
 */
const expectsHeaderLists = (event: Fields): boolean =>
  isFromLoadBalancer(event) && event['multiValueHeaders'] !== undefined

const isFromLoadBalancer = (event: Fields) => fieldsOf(event['requestContext'])['elb'] !== undefined

/**
 * HTTP APIs have decoded path parameters already, REST APIs have not, and a function URL or a load balancer gives the
 * raw path alone.
 */
const pathOf = (event: Fields, template: PathTemplate): Record<string, string> => {
  const { names } = template
  const given = fieldsOf(event['pathParameters'])
  const isGiven = names.every((name) => typeof given[name] === 'string')
  if (!isGiven) {
    const path = [event['rawPath'], event['path']].find((value) => typeof value === 'string')
    return parametersIn(path ?? '', template)
  }
  const isDecoded = event['version'] === '2.0' || event['version'] === '1.0'
  const read = isDecoded ? (_: string, value: unknown) => String(value) : decodeParameter
  return Object.fromEntries(names.map((name) => [name, read(name, given[name])]))
}

/** @throws Fault `bad_id` */
export const parametersIn = (path: string, { names, match }: PathTemplate): Record<string, string> => {
  const raw = match(path)
  return Object.fromEntries(names.map((name) => [name, decodeParameter(name, raw?.[name])]))
}

/** @throws Fault `bad_id` */
const decodeParameter = (name: string, value: unknown): string => {
  try {
    return decodeURIComponent(String(value ?? ''))
  } catch {
    const fields = [{ path: `path.${name}`, message: 'must be percent-encoded UTF-8' }]
    throw new Fault('bad_id', 'a path parameter cannot be decoded', { fields })
  }
}

const queryOf = (event: Fields): Map<string, string[]> => {
  if (typeof event['rawQueryString'] === 'string') return parseQuery(event['rawQueryString'])
  const all = {
    ...fieldsOf(event['queryStringParameters']),
    ...fieldsOf(event['multiValueQueryStringParameters']),
  }
  const query = new Map<string, string[]>()
  // A load balancer forwards names and values as they were sent; gateways have decoded them.
  const read = isFromLoadBalancer(event) ? decodeFormText : (text: string) => text
  for (const [name, value] of Object.entries(all)) query.set(read(name), stringsOf(value).map(read))
  return query
}

export const parseQuery = (text: string): Map<string, string[]> => {
  const query = new Map<string, string[]>()
  if (text === '') return query
  // Not getAll, which scans all of them for each name: quadratic in a number that the caller chooses.
  for (const [name, value] of new URLSearchParams(text)) append(query, name, [value])
  return query
}

/** As URLs carry parameters: percent-encoded, `+` for a space. */
const decodeFormText = (text: string): string => {
  const [[decoded] = ['']] = new URLSearchParams(text.replaceAll('=', '%3D').replaceAll('&', '%26'))
  return decoded
}

const bodyOf = ({ body, isBase64Encoded }: Fields): Buffer => {
  if (typeof body !== 'string') return NO_BODY
  return Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8')
}

export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}

const stringsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string')
