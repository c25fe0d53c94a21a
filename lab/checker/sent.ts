/** What clients sent, try by try, and what they were told: the one side of every comparison with what is listed. */
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

/** The first acknowledgement, as it came; undefined while there is none. */
export const acknowledgementOf = ({ tries }: Sent): Try | undefined =>
  tries
    .filter(({ status }) => status === 200)
    .reduce<Try | undefined>((first, one) => (first && first.endedMs <= one.endedMs ? first : one), undefined)

/** What an acknowledgement says; undefined when it is no JSON object. */
export const messageIn = ({ body }: Try): Shown | undefined => {
  try {
    return Object(JSON.parse(body))
  } catch {
    return undefined
  }
}

/** The same for both sides. */
export const dialogOf = ({ from, to }: { from: string; to: string }): string => [from, to].sort().join(' & ')
