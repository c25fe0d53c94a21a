/** One request and its reply: request id, deadline, response, and log line. */
import { randomUUID } from 'node:crypto'
import { type Call, startCall } from '../call.ts'
import type { Reply } from '../contract/contract.ts'
import { Fault } from '../errors.ts'
import type { Log, RequestLog } from '../log.ts'
import { Span, type Tracer } from '../trace/span.ts'
import { parentOf } from '../trace/traceparent.ts'
import { problemBody, problemOf } from './problem.ts'
import type { HttpRequest } from './request.ts'

/** What the reply depends on. */
export type Asked = Pick<HttpRequest, 'headers' | 'expectsHeaderLists'>

export type HttpResponse = {
  statusCode: number
  headers: Record<string, string>
  /** In place of `headers`, for a load balancer that expects lists of values. */
  multiValueHeaders?: Record<string, string[]>
  body: string
  isBase64Encoded: boolean
}

const DEADLINE_MS = 4_500
/** Left to the runtime to take our reply before it stops the invocation. */
const RUNTIME_MARGIN_MS = 300

/** A request from the moment it has been read, up to its response and the one log line about it. */
export class Exchange {
  readonly call: Call
  private readonly expectsHeaderLists: boolean
  private readonly began = performance.now()
  private readonly requestId: string
  private readonly traceId: string | undefined
  private readonly operation: string
  private readonly appLog: Log
  private ownLog: Log | undefined

  /**
   * @param remainingMs the time the runtime leaves for this invocation, if it limits any
   * @param tracer by which it is recorded, if it is one of those that are
   */
  constructor(request: Asked, operation: string, remainingMs: number | undefined, log: Log, tracer?: Tracer) {
    const parent = parentOf(request.headers.get('traceparent'))
    const span = tracer && new Span(tracer, operation, 'server', parent)
    this.traceId = span?.traceId ?? parent?.traceId
    this.expectsHeaderLists = request.expectsHeaderLists
    this.call = startCall(
      Math.min(DEADLINE_MS, (remainingMs ?? Number.POSITIVE_INFINITY) - RUNTIME_MARGIN_MS),
    )
    if (span?.isRecorded) this.call.span = span
    this.requestId = requestIdOf(request.headers)
    this.operation = operation
    this.appLog = log
  }

  /** Its lines carry the ids of request and trace. Created on demand, since most requests log nothing but their own line. */
  get log(): RequestLog {
    this.ownLog ??= this.appLog.child({
      request_id: this.requestId,
      trace_id: this.traceId,
      operation: this.operation,
    })
    return this.ownLog
  }

  succeed({ body, html, headers }: Reply): HttpResponse {
    const status = body === undefined && html === undefined ? 204 : 200
    this.appLog.info(this.line(status, false), 'request')
    this.endSpan(status, false)
    if (html !== undefined)
      return this.respond(status, { 'content-type': 'text/html; charset=utf-8', ...headers }, html)
    return this.respond(status, headers, inJson(body))
  }

  fail(error: unknown): HttpResponse {
    const { status, code, headers } = problemOf(error)
    const fault = error instanceof Fault ? error : undefined
    const isInDoubt = fault?.kind === 'write_in_doubt'
    const fields = { ...this.line(status, isInDoubt), code }
    if (status >= 500) this.appLog.error({ ...fields, err: error }, 'request')
    else this.appLog.info({ ...fields, reason: (error as Error).message }, 'request')
    this.endSpan(status, isInDoubt, code)
    const body = inJson(problemBody(error, this.requestId))
    return this.respond(status, { ...headers, ...fault?.headers }, body)
  }

  private line(status: number, isInDoubt: boolean) {
    return {
      request_id: this.requestId,
      trace_id: this.traceId,
      operation: this.operation,
      status,
      duration_ms: Math.round((performance.now() - this.began) * 10) / 10,
      round_trips: this.call.roundTrips,
      ...this.call.facts,
      in_doubt: isInDoubt,
    }
  }

  /** What the line in the log says, too. */
  private endSpan(status: number, isInDoubt: boolean, code?: number) {
    const { span, roundTrips, attempts, facts } = this.call
    span?.end(
      {
        'dialogs.request_id': this.requestId,
        'http.response.status_code': status,
        'dialogs.code': code,
        'dialogs.round_trips': roundTrips,
        'dialogs.attempts': attempts,
        'dialogs.lanes': facts.lanes,
        'dialogs.opened': facts.opened,
        'dialogs.in_doubt': isInDoubt,
      },
      status >= 500,
    )
  }

  private respond(statusCode: number, more: Record<string, string> | undefined, body: string) {
    const headers: Record<string, string> = body === '' ? {} : { 'content-type': 'application/json' }
    headers['cache-control'] = 'no-store'
    headers['x-request-id'] = this.requestId
    if (more) Object.assign(headers, more)
    const response: HttpResponse = { statusCode, headers, body, isBase64Encoded: false }
    if (this.expectsHeaderLists) response.multiValueHeaders = listsOf(headers)
    return response
  }
}

const inJson = (body: unknown): string => (body === undefined ? '' : JSON.stringify(body))

const listsOf = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))

/** The caller's own id if it is safe to echo and to log, else a new one. */
const requestIdOf = (headers: Map<string, string[]>): string => {
  const [id, ...others] = headers.get('x-request-id') ?? []
  return id && others.length === 0 && /^[\w.-]{1,64}$/.test(id) ? id : randomUUID()
}
