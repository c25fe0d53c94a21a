/** One line for each request of a run that asks for it, in a file of its own: whose it was, when, what came back. */
import type { RefinedResponse } from 'k6/http'
import type { Dialog } from './people.ts'
import type { Operation } from './rules.ts'
import { RUN } from './run.ts'

/** k6's types leave it out. */
declare const console: { log: (line: string) => void }

type Asked = { operation: Operation; instance: number; text?: string }

/** Makes the request. Times are unix milliseconds; `body` is that of a send, or says why there is none. */
export const recorded = (
  { client, writer, reader }: Dialog,
  asked: Asked,
  request: () => RefinedResponse<'text'>,
): RefinedResponse<'text'> => {
  const beganMs = Date.now()
  const reply = request()
  if (!RUN.records) return reply
  const line = {
    class: client,
    ...asked,
    from: writer.id,
    to: reader.id,
    beganMs,
    endedMs: Date.now(),
    durationMs: reply.timings.duration,
    status: reply.status,
    retryAfter: reply.headers['Retry-After'],
    body: asked.text !== undefined || reply.status !== 200 ? reply.body || reply.error : '',
  }
  console.log(JSON.stringify(line))
  return reply
}
