/** One HTTP request as the event that each kind of gateway makes of it. */

export type HttpCall = {
  method: string
  /** Percent-encoded, as on the wire. */
  path: string
  query?: string
  headers?: Record<string, string | string[]>
  body?: string | Buffer
}
export type EventKind = 'httpApi2' | 'httpApi1' | 'restApi' | 'functionUrl'

export const eventOf = (kind: EventKind, call: HttpCall, template: string): unknown => {
  const rawParams = paramsOf(call.path, template)
  const decoded = Object.fromEntries(
    Object.entries(rawParams).map(([name, value]) => [name, tryDecode(value)]),
  )
  const query = new URLSearchParams(call.query ?? '')
  const body = {
    body: call.body?.toString(Buffer.isBuffer(call.body) ? 'base64' : 'utf8') ?? null,
    isBase64Encoded: Buffer.isBuffer(call.body),
  }
  const multiHeaders = Object.entries(call.headers ?? {}).map(
    ([name, value]) => [name, [value].flat()] as const,
  )
  const version2 = {
    version: '2.0',
    rawPath: call.path,
    rawQueryString: call.query ?? '',
    headers: joinedHeaders(multiHeaders),
    ...body,
  }
  if (kind === 'functionUrl') return { ...version2, routeKey: '$default' }
  if (kind === 'httpApi2')
    return { ...version2, routeKey: `${call.method} ${template}`, pathParameters: decoded }
  return {
    ...(kind === 'httpApi1' && { version: '1.0' }),
    resource: template,
    path: call.path,
    httpMethod: call.method,
    headers: Object.fromEntries(multiHeaders.map(([name, values]) => [name, values.at(-1)])),
    multiValueHeaders: Object.fromEntries(multiHeaders),
    queryStringParameters: call.query ? Object.fromEntries(query) : null,
    multiValueQueryStringParameters: call.query
      ? Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name)]))
      : null,
    pathParameters: kind === 'httpApi1' ? decoded : rawParams,
    ...body,
  }
}

/** Names that differ in case are one header. */
const joinedHeaders = (all: (readonly [string, string[]])[]): Record<string, string> => {
  const joined: Record<string, string> = {}
  for (const [anyCase, values] of all) {
    const name = anyCase.toLowerCase()
    joined[name] = [joined[name] ?? [], values].flat().join(',')
  }
  return joined
}

export const matches = (template: string, path: string): boolean => patternOf(template).test(path)

const patternOf = (template: string) => new RegExp(`^${template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`)
const paramsOf = (path: string, template: string): Record<string, string> => ({
  ...patternOf(template).exec(path)?.groups,
})
const tryDecode = (value: string) => {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
