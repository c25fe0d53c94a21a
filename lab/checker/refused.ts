/** What a client may be answered instead of what it asked for: come again later, and when. */
import type { Sent, Try } from './sent.ts'

const LATER = [429, 503]

/** The answers that are neither that nor an acknowledgement, in words; none when all is well. */
export const forbiddenAnswers = (sent: Pick<Sent, 'text' | 'tries'>[]): string[] =>
  sent.flatMap(({ text, tries }) => tries.filter(isForbidden).map((one) => `${text}: ${wordsOf(one)}`))

const isForbidden = ({ status, retryAfterSeconds }: Try): boolean => {
  if (status === 200 || status === 'hung up') return false
  return typeof status !== 'number' || !LATER.includes(status) || !((retryAfterSeconds ?? 0) > 0)
}

const wordsOf = ({ status, retryAfterSeconds, body }: Try) =>
  `${status}${retryAfterSeconds ? '' : ' without Retry-After'} ${body}`
