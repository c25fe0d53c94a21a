/** How requests are made, recorded and read: over which instance, by whom, and what a refusal must say. */
import { check } from 'k6'
import type { RefinedResponse } from 'k6/http'
import http from 'k6/http'
import { Counter } from 'k6/metrics'
import type { Dialog } from './people.ts'
import type { Operation } from './rules.ts'
import { RUN } from './run.ts'

type Reply = RefinedResponse<'text'>

http.setResponseCallback(http.expectedStatuses(200, 204))

/** Requests beyond the service's concurrency limit. */
const turnedAway = new Counter('turned_away')
const NO_ROOM = 50307

const TIMEOUT = '10s'

export const anInstance = () => Math.floor(Math.random() * RUN.targets.length)

export const refused = (reply: Reply): undefined => {
  if (reply.status !== 503) return
  check(reply, { 'a 503 says when to come back': () => /^\d+$/.test(reply.headers['Retry-After'] ?? '') })
  if (bodyOf<{ code: number }>(reply)?.code === NO_ROOM) turnedAway.add(1)
}

/** The operation is also the name: user ids in addresses would make one metric per person. */
export const tagged = (operation: Operation, more: Record<string, string> = {}) => ({
  tags: { operation, name: operation, ...more },
  timeout: TIMEOUT,
  responseType: 'text' as const,
})

export const signed = ({ client, writer }: Dialog, operation: Operation) => ({
  ...tagged(operation, { client }),
  headers: { Authorization: `Bearer ${writer.token}`, 'Content-Type': 'application/json' },
})

/** Undefined when it is not JSON: a stack trace answered as 200 must fail a check, not end the iteration. */
export const bodyOf = <Body>(reply: Reply): Body | undefined => {
  try {
    return JSON.parse(reply.body) as Body
  } catch {
    return undefined
  }
}

/** Missing from k6's types. */
declare const console: { log: (line: string) => void }

type Asked = { instance: number; text?: string }

let count = 0

/**
 * Makes the request, and records it in two lines: what was asked, and what came back. Times are unix milliseconds; `body`
 * is that of a send, or says why there is none. A stopped run leaves requests without an answer.
 */
export const recorded = (
  { client, writer, reader }: Dialog,
  asked: Asked,
  request: () => RefinedResponse<'text'>,
): RefinedResponse<'text'> => {
  count += 1
  const id = `${__VU}-${count}`
  const beganMs = Date.now()
  tell({ id, class: client, ...asked, from: writer.id, to: reader.id, beganMs })
  const reply = request()
  tell({
    id,
    endedMs: Date.now(),
    durationMs: reply.timings.duration,
    status: reply.status,
    retryAfter: reply.headers['Retry-After'],
    body: asked.text !== undefined || reply.status !== 200 ? reply.body || reply.error : '',
  })
  return reply
}

const tell = (line: object) => {
  if (RUN.records) console.log(JSON.stringify(line))
}
