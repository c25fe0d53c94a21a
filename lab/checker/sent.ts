/** What clients sent, try by try, and what they were told; the vocabulary of the checker. */
import type { MessageId, UserId } from '../../lib/model/ids.ts'

/** As the service shows a message. */
export type Shown = { id: MessageId; from: UserId; to: UserId; text: string; sent_at: string }

export type Try = {
  /** Which instance was asked. */
  instance: number
  /** By the clock of performance.now(). */
  beganMs: number
  endedMs: number
  /** `hung up`: the client did not wait for the reply. `no reply`: it would have; `body` says why there was none. */
  status: number | 'hung up' | 'no reply'
  body: string
  retryAfterSeconds: number | undefined
}

/** One message under one key, with a text that no other has. */
export type Sent = { from: UserId; to: UserId; text: string; key: string; tries: Try[] }

/** What can be wrong with acknowledged messages. */
export const KINDS = ['lost', 'doubled', 'out of order', 'invented', 'changed'] as const

/** `what` names the message, `where` where the issue shows: a message may be missing both downwards and upwards. */
export type Issue = { kind: (typeof KINDS)[number]; what: string; where: string }

/** The first acknowledgement, as it came; undefined while there is none. */
export const acknowledgementOf = ({ tries }: Sent): Try | undefined =>
  tries
    .filter(({ status }) => status === 200)
    .reduce<Try | undefined>((first, one) => (first && first.endedMs <= one.endedMs ? first : one), undefined)

/** The message in an acknowledgement; undefined when the body is not a JSON object. */
export const messageIn = ({ body }: Try): Shown | undefined => {
  try {
    return Object(JSON.parse(body))
  } catch {
    return undefined
  }
}

/** The same for both sides. */
export const dialogOf = ({ from, to }: { from: string; to: string }): string => [from, to].sort().join(' & ')

const LATER = [429, 503]

/** The replies, in words, that are neither an acknowledgement nor "come again later" with the time when. */
export const forbiddenAnswers = (sent: Pick<Sent, 'text' | 'tries'>[]): string[] =>
  sent.flatMap(({ text, tries }) => tries.filter(isForbidden).map((one) => `${text}: ${wordsOf(one)}`))

const isForbidden = ({ status, retryAfterSeconds }: Try): boolean => {
  if (status === 200 || status === 'hung up') return false
  return typeof status !== 'number' || !LATER.includes(status) || !((retryAfterSeconds ?? 0) > 0)
}

const wordsOf = ({ status, retryAfterSeconds, body }: Try) =>
  `${status}${retryAfterSeconds ? '' : ' without Retry-After'} ${body}`
