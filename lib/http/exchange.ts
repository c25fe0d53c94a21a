/** One request and its reply: request id, deadline, the response, the line in the log. */
import { randomUUID } from 'node:crypto'
import { type Call, startCall } from '../call.ts'
import type { Reply } from '../contract/contract.ts'
import { Fault } from '../errors.ts'
import type { Log, RequestLog } from '../log.ts'
import { problemBody, problemOf } from './problem.ts'
import type { HttpRequest } from './request.ts'

export type HttpResponse = {
  statusCode: number
  headers: Record<string, string>
  /** In their place, for a load balancer that asked for them so. */
  multiValueHeaders?: Record<string, string[]>
  body: string
  isBase64Encoded: boolean
}

export type Exchange = {
  request: HttpRequest
  call: Call
  log: RequestLog
  succeed: (reply: Reply) => HttpResponse
  fail: (error: unknown) => HttpResponse
}

const DEADLINE_MS = 4_500
/** What the runtime needs to take our reply before it stops us. */
const RUNTIME_MARGIN_MS = 300

/** @param remainingMs what the runtime gives this invocation, if it says so */
export const beginExchange = (
  request: HttpRequest,
  operation: string,
  remainingMs: number | undefined,
  log: Log,
): Exchange => {
  const started = performance.now()
  const call = startCall(Math.min(DEADLINE_MS, (remainingMs ?? Number.POSITIVE_INFINITY) - RUNTIME_MARGIN_MS))
  const requestId = requestIdOf(request.headers)
  const line = (status: number) => ({
    request_id: requestId,
    operation,
    status,
    duration_ms: Math.round((performance.now() - started) * 10) / 10,
    round_trips: call.roundTrips,
    ...call.facts,
  })
  const respond = (statusCode: number, more: Record<string, string> | undefined, body?: unknown) => {
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
    headers['cache-control'] = 'no-store'
    headers['x-request-id'] = requestId
    if (more) Object.assign(headers, more)
    const text = body === undefined ? '' : JSON.stringify(body)
    const response: HttpResponse = { statusCode, headers, body: text, isBase64Encoded: false }
    if (request.expectsHeaderLists) response.multiValueHeaders = listsOf(headers)
    return response
  }
  return {
    request,
    call,
    log: logOf(log, requestId, operation),
    succeed: (reply) => {
      const status = reply.body === undefined ? 204 : 200
      log.info({ ...line(status), in_doubt: false }, 'request')
      return respond(status, reply.headers, reply.body)
    },
    fail: (error) => {
      const { status, code, headers: more } = problemOf(error)
      const fault = error instanceof Fault ? error : undefined
      const inDoubt = fault?.kind === 'write_in_doubt'
      const fields = { ...line(status), in_doubt: inDoubt, code }
      if (status >= 500) log.error({ ...fields, err: error }, 'request')
      else log.info({ ...fields, reason: (error as Error).message }, 'request')
      return respond(status, { ...more, ...fault?.headers }, problemBody(error, requestId))
    },
  }
}

/** Most requests log nothing but their own line. */
const logOf = (log: Log, requestId: string, operation: string): RequestLog => {
  let child: Log | undefined
  const mine = () => {
    child ??= log.child({ request_id: requestId, operation })
    return child
  }
  return {
    warn: (...line: Parameters<RequestLog['warn']>) => mine().warn(...line),
    error: (...line: Parameters<RequestLog['error']>) => mine().error(...line),
  }
}

const listsOf = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))

/** The caller's own id if it is safe to echo and to log, else a new one. */
const requestIdOf = (headers: Map<string, string[]>): string => {
  const [id, ...others] = headers.get('x-request-id') ?? []
  return id && others.length === 0 && /^[\w.-]{1,64}$/.test(id) ? id : randomUUID()
}
