/** One request and its reply: request id, deadline, the response, the line in the log. */
import { randomUUID } from 'node:crypto'
import { type Call, startCall } from '../call.ts'
import type { Reply } from '../contract/contract.ts'
import { Fault } from '../errors.ts'
import type { Log } from '../log.ts'
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
  log: Log
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
  const requestLog = log.child({ request_id: requestId, operation })
  const line = (status: number) => ({
    status,
    duration_ms: Math.round((performance.now() - started) * 10) / 10,
    round_trips: call.roundTrips,
    ...call.facts,
  })
  const respond = (statusCode: number, more: Record<string, string> | undefined, body?: unknown) => {
    const type = body === undefined ? {} : JSON_TYPE
    const replyHeaders = { ...type, ...FIXED_HEADERS, 'x-request-id': requestId, ...more }
    return {
      statusCode,
      headers: replyHeaders,
      ...(request.expectsHeaderLists && { multiValueHeaders: listsOf(replyHeaders) }),
      body: body === undefined ? '' : JSON.stringify(body),
      isBase64Encoded: false,
    }
  }
  return {
    request,
    call,
    log: requestLog,
    succeed: (reply) => {
      const status = reply.body === undefined ? 204 : 200
      requestLog.info({ ...line(status), in_doubt: false }, 'request')
      return respond(status, reply.headers, reply.body)
    },
    fail: (error) => {
      const { status, code, headers: more } = problemOf(error)
      const fault = error instanceof Fault ? error : undefined
      const inDoubt = fault?.kind === 'write_in_doubt'
      const fields = { ...line(status), in_doubt: inDoubt, code }
      if (status >= 500) requestLog.error({ ...fields, err: error }, 'request')
      else requestLog.info({ ...fields, reason: (error as Error).message }, 'request')
      return respond(status, { ...more, ...fault?.headers }, problemBody(error, requestId))
    },
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }
const FIXED_HEADERS = { 'cache-control': 'no-store' }

const listsOf = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))

/** The caller's own id if it is safe to echo and to log, else a new one. */
const requestIdOf = (headers: Map<string, string[]>): string => {
  const [id, ...others] = headers.get('x-request-id') ?? []
  return id && others.length === 0 && /^[\w.-]{1,64}$/.test(id) ? id : randomUUID()
}
