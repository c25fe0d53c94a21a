/** Two lines for each request of a run that asks for it, in a file of its own: what was asked, and what came back. */
import type { RefinedResponse } from 'k6/http'
import type { Dialog } from './people.ts'
import { RUN } from './run.ts'

/** k6's types leave it out. */
declare const console: { log: (line: string) => void }

type Asked = { instance: number; text?: string }

let count = 0

/**
 * Makes the request. Times are unix milliseconds; `body` is that of a send, or says why there is none. A run that is
 * stopped leaves requests that were asked and not answered.
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
