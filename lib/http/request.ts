/**
 * Turns an event of API Gateway (HTTP API 2.0 and 1.0, REST API), a function URL or a load balancer into one plain
 * request, or refuses it.
 */
import { Fault } from '../errors.ts'
import type { PathTemplate } from './path.ts'

/** Names of headers in lower case; every value of a repeated header or parameter is kept. */
export type HttpRequest = {
  path: Record<string, string>
  query: Map<string, string[]>
  headers: Map<string, string[]>
  body: Buffer
}

type Fields = Record<string, unknown>

const NO_BODY = Buffer.alloc(0)

/**
 * Path parameters come out percent-decoded exactly once: HTTP APIs have done it already, REST APIs have not,
 * and a function URL gives the raw path alone.
 * @param template the contract's path, for events without path parameters
 * @param headers those of the event
 * @throws Fault `bad_id` for an escape that cannot be decoded
 */
export const requestOf = (
  event: unknown,
  template: PathTemplate,
  headers: Map<string, string[]>,
): HttpRequest => {
  const fields = fieldsOf(event)
  return { path: pathOf(fields, template), query: queryOf(fields), headers, body: bodyOf(fields) }
}

/** The headers alone, which every event has: enough to answer a request that cannot be read further. */
export const headersOf = (event: unknown): Map<string, string[]> => {
  const fields = fieldsOf(event)
  const headers = new Map<string, string[]>()
  const all = { ...fieldsOf(fields['headers']), ...fieldsOf(fields['multiValueHeaders']) }
  for (const [anyCase, value] of Object.entries(all)) {
    const name = anyCase.toLowerCase()
    const others = headers.get(name)
    if (others) others.push(...stringsOf(value))
    else headers.set(name, stringsOf(value))
  }
  return headers
}

/** Undefined where the event does not say it. */
export const methodOf = (event: unknown): string | undefined => {
  const fields = fieldsOf(event)
  const { method = fields['httpMethod'] } = fieldsOf(fieldsOf(fields['requestContext'])['http'])
  return typeof method === 'string' ? method : undefined
}

/**
 * A load balancer whose target group has multi-value headers on sends lists of values, and reads nothing else of a
 * reply (AWS, "Use Lambda functions as targets of an Application Load Balancer").
 */
export const expectsHeaderLists = (event: unknown): boolean =>
  isFromLoadBalancer(fieldsOf(event)) && fieldsOf(event)['multiValueHeaders'] !== undefined

const isFromLoadBalancer = (event: Fields) => fieldsOf(event['requestContext'])['elb'] !== undefined

const pathOf = (event: Fields, { names, match }: PathTemplate): Record<string, string> => {
  const given = fieldsOf(event['pathParameters'])
  const isGiven = names.every((name) => typeof given[name] === 'string')
  const isDecoded = isGiven && (event['version'] === '2.0' || event['version'] === '1.0')
  const path = [event['rawPath'], event['path']].find((value) => typeof value === 'string')
  const raw = isGiven ? given : match(path ?? '')
  return Object.fromEntries(
    names.map((name) => [name, isDecoded ? String(raw?.[name]) : decode(name, raw?.[name])]),
  )
}

const decode = (name: string, value: unknown): string => {
  try {
    return decodeURIComponent(String(value ?? ''))
  } catch {
    const fields = [{ path: `path.${name}`, message: 'must be percent-encoded UTF-8' }]
    throw new Fault('bad_id', 'a path parameter cannot be decoded', { fields })
  }
}

const queryOf = (event: Fields): Map<string, string[]> => {
  const query = new Map<string, string[]>()
  if (typeof event['rawQueryString'] === 'string') {
    // Not getAll: it goes through all of them once for each, and whoever calls chooses how many there are.
    for (const [name, value] of new URLSearchParams(event['rawQueryString'])) {
      const values = query.get(name)
      if (values) values.push(value)
      else query.set(name, [value])
    }
    return query
  }
  const all = {
    ...fieldsOf(event['queryStringParameters']),
    ...fieldsOf(event['multiValueQueryStringParameters']),
  }
  // A load balancer passes names and values on as they were sent; gateways have decoded them.
  const read = isFromLoadBalancer(event) ? decodeFormText : (text: string) => text
  for (const [name, value] of Object.entries(all)) query.set(read(name), stringsOf(value).map(read))
  return query
}

/** As URLs carry parameters: percent-encoded, `+` for a space. */
const decodeFormText = (text: string): string => {
  const [[decoded] = ['']] = new URLSearchParams(text.replaceAll('=', '%3D').replaceAll('&', '%26'))
  return decoded
}

/** Bytes as they are come from our own server only: an event is JSON. */
const bodyOf = ({ body, isBase64Encoded }: Fields): Buffer => {
  if (typeof body !== 'string') return Buffer.isBuffer(body) ? body : NO_BODY
  return Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8')
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}

const stringsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string')
