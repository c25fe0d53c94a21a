/** The requests of a load as k6 wrote them down, two lines each, and the sends among them as the checker takes them. */
import * as z from 'zod'
import type { UserId } from '../../lib/model/ids.ts'
import type { Sent, Try } from '../checker/sent.ts'

/** `class`: the kind of client. `text`: of a send. */
export type Request = Try & { class: string; durationMs: number; from: UserId; to: UserId; text?: string }

/** k6's word for no reply at all. */
const NO_REPLY = 0
const user = z.string().transform((text) => text as UserId)
const ASKED = z.object({
  id: z.string(),
  class: z.string(),
  instance: z.int(),
  text: z.string().optional(),
  from: user,
  to: user,
  beganMs: z.int(),
})
const ANSWERED = z.object({
  id: z.string(),
  endedMs: z.int(),
  durationMs: z.number(),
  status: z.int(),
  retryAfter: z.string().optional(),
  body: z.string(),
})
const LINE = z.union([ASKED, ANSWERED])
type Answered = z.infer<typeof ANSWERED>

/**
 * In the order in which they were asked. Those that were not answered when the load was stopped have `hung up`.
 * @throws Error that names the line that is not as lab/load/scenarios/steps/record.ts writes it
 */
export const requestsIn = (lines: string): Request[] => {
  const all = lines.split('\n').filter(Boolean).map(parse)
  const answers = new Map(all.flatMap((line) => ('status' in line ? [[line.id, line] as const] : [])))
  return all.flatMap((line) => ('class' in line ? [requestOf(line, answers.get(line.id))] : []))
}

const requestOf = ({ id, text, ...asked }: z.infer<typeof ASKED>, answer: Answered | undefined): Request => ({
  ...asked,
  ...(text !== undefined && { text }),
  ...(answer ? answerOf(answer) : { ...UNANSWERED, endedMs: asked.beganMs }),
})

const answerOf = ({ endedMs, durationMs, status, retryAfter, body }: Answered) => ({
  endedMs,
  durationMs,
  status: status === NO_REPLY ? ('no reply' as const) : status,
  retryAfterSeconds: retryAfter === undefined ? undefined : Number(retryAfter),
  body,
})

const UNANSWERED = { durationMs: 0, status: 'hung up', retryAfterSeconds: undefined, body: '' } as const

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
