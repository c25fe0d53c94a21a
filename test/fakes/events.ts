/** One HTTP request as the event that each kind of gateway makes from it. */

export type HttpCall = {
  method: string
  /** Percent-encoded, as on the wire. */
  path: string
  query?: string
  headers?: Record<string, string | string[]>
  body?: string | Buffer
  /** The address of whoever sends it. */
  source?: string
}
export type EventKind = (typeof EVENT_KINDS)[number]
export const EVENT_KINDS = [
  'httpApi2',
  'httpApi1',
  'restApi',
  'functionUrl',
  'loadBalancer',
  'loadBalancerWithLists',
] as const

export const eventOf = (kind: EventKind, call: HttpCall, template: string): unknown => {
  const rawParams = paramsOf(call.path, template)
  const decoded = Object.fromEntries(
    Object.entries(rawParams).map(([name, value]) => [name, tryDecode(value)]),
  )
  const body = {
    body: call.body?.toString(Buffer.isBuffer(call.body) ? 'base64' : 'utf8') ?? null,
    isBase64Encoded: Buffer.isBuffer(call.body),
  }
  const multiHeaders = Object.entries(call.headers ?? {}).map(
    ([name, value]) => [name, [value].flat()] as const,
  )
  if (kind === 'loadBalancer' || kind === 'loadBalancerWithLists')
    return { ...loadBalanced(call, multiHeaders, kind === 'loadBalancerWithLists'), ...body }
  const version2 = {
    version: '2.0',
    rawPath: call.path,
    rawQueryString: call.query ?? '',
    headers: joinedHeaders(multiHeaders),
    requestContext: { http: { method: call.method, sourceIp: call.source } },
    ...body,
  }
  if (kind === 'functionUrl') return { ...version2, routeKey: '$default' }
  if (kind === 'httpApi2')
    return { ...version2, routeKey: `${call.method} ${template}`, pathParameters: decoded }
  const params = kind === 'httpApi1' ? decoded : rawParams
  return { ...version1(kind, call, template, multiHeaders), pathParameters: params, ...body }
}

const version1 = (
  kind: EventKind,
  call: HttpCall,
  template: string,
  headers: (readonly [string, string[]])[],
) => {
  const query = new URLSearchParams(call.query ?? '')
  return {
    ...(kind === 'httpApi1' && { version: '1.0' }),
    resource: template,
    path: call.path,
    httpMethod: call.method,
    requestContext: { identity: { sourceIp: call.source } },
    headers: Object.fromEntries(headers.map(([name, values]) => [name, values.at(-1)])),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: call.query ? Object.fromEntries(query) : null,
    multiValueQueryStringParameters: call.query
      ? Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name)]))
      : null,
  }
}

/** Neither path nor query is decoded; without lists, only the last of several values is passed on. */
const loadBalanced = (
  { method, path, query = '' }: HttpCall,
  headers: (readonly [string, string[]])[],
  hasLists: boolean,
) => {
  const parameters = query.split('&').filter((parameter) => parameter !== '')
  const pairs = parameters.map((parameter) => {
    const [name = '', ...value] = parameter.split('=')
    return [name, value.join('=')] as const
  })
  const values = (name: string) => pairs.filter(([other]) => other === name).map(([, value]) => value)
  const lists = {
    multiValueHeaders: Object.fromEntries(headers.map(([name, all]) => [name.toLowerCase(), all])),
    multiValueQueryStringParameters: Object.fromEntries(pairs.map(([name]) => [name, values(name)])),
  }
  const single = {
    headers: Object.fromEntries(headers.map(([name, all]) => [name.toLowerCase(), all.at(-1)])),
    queryStringParameters: Object.fromEntries(pairs),
  }
  const requestContext = { elb: { targetGroupArn: 'arn' } }
  return { requestContext, httpMethod: method, path, ...(hasLists ? lists : single) }
}

/** Header names are not case-sensitive. */
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
