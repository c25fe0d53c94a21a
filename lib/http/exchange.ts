/** One request and its reply: request id, deadline, response, and log line. */
import { randomUUID } from 'node:crypto'
import { type Call, startCall } from '../call.ts'
import type { App } from '../context.ts'
import type { Reply } from '../contract/contract.ts'
import { Fault, type FaultKind } from '../errors.ts'
import type { RequestLog } from '../log.ts'
import { Span } from '../trace/span.ts'
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
/** By which the service protects itself, rather than tells a client what is wrong. */
const TURNED_AWAY = new Set<FaultKind>([
  'overloaded',
  'too_many_sends',
  'too_many_attempts',
  'body_too_large',
  'headers_too_large',
  'request_too_slow',
])

/** What an exchange needs of the app: where it is written down. */
export type Recorder = Pick<App, 'log' | 'metrics' | 'tracer'>

/** A request from the moment it has been read, up to its response and the one log line about it. */
export class Exchange {
  readonly call: Call
  private readonly expectsHeaderLists: boolean
  private readonly began = performance.now()
  private readonly requestId: string
  private readonly traceId: string | undefined
  private readonly operation: string
  private readonly recorder: Recorder
  private ownLog: RequestLog | undefined

  /** @param remainingMs the time the runtime leaves for this invocation, if it limits any */
  constructor(request: Asked, operation: string, remainingMs: number | undefined, recorder: Recorder) {
    const parent = parentOf(request.headers.get('traceparent'))
    const { tracer } = recorder
    const span = tracer && new Span(tracer, operation, 'server', parent)
    this.traceId = span?.traceId ?? parent?.traceId
    this.expectsHeaderLists = request.expectsHeaderLists
    this.call = startCall(
      Math.min(DEADLINE_MS, (remainingMs ?? Number.POSITIVE_INFINITY) - RUNTIME_MARGIN_MS),
    )
    if (span?.isRecorded) this.call.span = span
    this.requestId = requestIdOf(request.headers)
    this.operation = operation
    this.recorder = recorder
  }

  /** Its lines carry the ids of request and trace. Created on demand, since most requests log nothing but their own line. */
  get log(): RequestLog {
    this.ownLog ??= this.recorder.log.child({
      request_id: this.requestId,
      trace_id: this.traceId,
      operation: this.operation,
    })
    return this.ownLog
  }

  succeed({ body, html, headers }: Reply): HttpResponse {
    const status = body === undefined && html === undefined ? 204 : 200
    this.recorder.log.info(this.line(status, status, false), 'request')
    this.endSpan(status, false)
    if (html !== undefined)
      return this.respond(status, { 'content-type': 'text/html; charset=utf-8', ...headers }, html)
    return this.respond(status, headers, inJson(body))
  }

  fail(error: unknown): HttpResponse {
    const { status, code, headers } = problemOf(error)
    const fault = error instanceof Fault ? error : undefined
    const { log, metrics } = this.recorder
    const isInDoubt = fault?.kind === 'write_in_doubt'
    if (fault && TURNED_AWAY.has(fault.kind)) metrics.count('dialogs_turned_away_total', fault.kind)
    const fields = { code, ...this.line(status, code, isInDoubt) }
    if (status >= 500) log.error({ ...fields, err: error }, 'request')
    else log.info({ ...fields, reason: (error as Error).message }, 'request')
    this.endSpan(status, isInDoubt, code)
    const body = inJson(problemBody(error, this.requestId))
    return this.respond(status, { ...headers, ...fault?.headers }, body)
  }

  private line(status: number, code: number, isInDoubt: boolean) {
    const durationMs = performance.now() - this.began
    const line = {
      request_id: this.requestId,
      trace_id: this.traceId,
      operation: this.operation,
      status,
      duration_ms: Math.round(durationMs * 10) / 10,
      round_trips: this.call.roundTrips,
      ...this.call.facts,
      in_doubt: isInDoubt,
    }
    const measured = this.recorder.metrics.reply(this.operation, String(code), durationMs)
    return measured ? { ...line, ...measured } : line
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
