/** The requests of a load as k6 wrote them down, one a line, and the sends among them as the checker takes them. */
import * as z from 'zod'
import type { UserId } from '../../lib/dialog/ids.ts'
import type { Sent, Try } from './sent.ts'

/** `class`: the kind of client. `text`: of a send. */
export type Request = Try & { class: string; durationMs: number; from: UserId; to: UserId; text?: string }

/** k6's word for no reply at all. */
const NO_REPLY = 0
const id = z.string().transform((text) => text as UserId)
const LINE = z.object({
  class: z.string(),
  instance: z.int(),
  text: z.string().optional(),
  from: id,
  to: id,
  beganMs: z.int(),
  endedMs: z.int(),
  durationMs: z.number(),
  status: z.int(),
  retryAfter: z.string().optional(),
  body: z.string(),
})

/** @throws Error that names the line that is not as load/steps/record.ts writes it */
export const requestsIn = (lines: string): Request[] => lines.split('\n').filter(Boolean).map(requestOf)

const requestOf = (line: string, index: number): Request => {
  const { retryAfter, status, text, ...request } = parse(line, index)
  return {
    ...request,
    ...(text !== undefined && { text }),
    status: status === NO_REPLY ? 'no reply' : status,
    retryAfterSeconds: retryAfter === undefined ? undefined : Number(retryAfter),
  }
}

const parse = (line: string, index: number) => {
  try {
    return LINE.parse(JSON.parse(line))
  } catch (cause) {
    throw new Error(`line ${index + 1} of the requests is not one: ${line.slice(0, 100)}`, { cause })
  }
}

/** Each was sent once, without a key: its text, which no other has, stands for one. */
export const sentAmong = (requests: Request[]): Sent[] =>
  requests.flatMap((request) => {
    const { text, from, to } = request
    return text === undefined ? [] : [{ from, to, text, key: text, tries: [request] }]
  })
