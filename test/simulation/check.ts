/** The promises, checked on what people sent and saw: nothing lost, nothing doubled, in order, pollers miss nothing. */
import type { MessageId } from '../../lib/model/ids.ts'

export type Pair = readonly [number, number]
/**
 * An acknowledged message; times are true, in unix milliseconds, but for the stamp. Sent with a key, each of its
 * acknowledgements is one of these, `startMs` the start of the first attempt, which may have been the one that counts.
 */
export type Sent = {
  id: MessageId
  text: string
  stampMs: number
  pair: Pair
  dataCentre: number
  startMs: number
  ackMs: number
  /** Whose clock made the stamp, and how often it had stepped at the start and at the acknowledgement; not with a key. */
  clock?: { instance: string; steps: readonly [number, number] }
}
/** What somebody tried to send, and whether the service said that nothing of it is stored. */
export type Attempt = { text: string; pair: Pair; isRefused: boolean }
/** Of a message with a key, the text begins with the key. */
export type Listed = { id: MessageId; text: string }
/** A whole listing, newest first, or all that a poller came to know; `end`: after everything is repaired. */
export type Seen = {
  kind: 'walk' | 'poll' | 'end'
  pair: Pair
  dataCentre: number
  startMs: number
  /** When a poller's last round began. */
  untilMs?: number
  messages: Listed[]
}

export const MAX_CLOCK_SKEW_MS = 500
const NOTICED_MS = 9_000

/** @param attempts all, acknowledged or not; @param expired the keys whose claims have expired, each time with what is before the key's last space */
export const check = (sent: Sent[], seen: Seen[], attempts: Attempt[], expired: string[]): string[] => [
  ...seen.flatMap((one) => [
    ...missing(sent, one),
    ...disordered(one),
    ...doubled(one, expired),
    ...invented(one, attempts),
  ]),
  ...outOfOrder(sent),
  ...wronglyStamped(sent),
]

const missing = (
  sent: Sent[],
  { kind, pair, dataCentre, startMs, untilMs = 0, messages }: Seen,
): string[] => {
  const found = new Map(messages.map(({ id, text }) => [id, text]))
  return sent
    .filter((message) => message.pair === pair && found.get(message.id) !== message.text)
    .filter((message) => kind === 'end' || message.dataCentre === dataCentre)
    .filter(({ stampMs, ackMs }) =>
      kind === 'poll' ? ackMs > startMs && ackMs < untilMs && ackMs - stampMs <= NOTICED_MS : ackMs < startMs,
    )
    .map(({ id, text, ackMs }) => `${kind} of ${startMs} misses ${id}, ${text}, acknowledged at ${ackMs}`)
}

const disordered = ({ kind, messages }: Seen): string[] =>
  kind === 'poll' || messages.every(({ id }, index) => index === 0 || id < String(messages[index - 1]?.id))
    ? []
    : [`${kind} is not in order, or has an id twice`]

/** A key makes one message, of whatever text, and one more each time that its claim has expired. */
const doubled = ({ kind, messages }: Seen, expired: string[]): string[] => {
  const keyed = messages.flatMap(({ text }) => /^key-\S+/.exec(text) ?? [])
  const left = [...new Set(keyed), ...expired.map((name) => String(name.split(' ').at(-1)))]
  return keyed
    .filter((key) => {
      const index = left.indexOf(key)
      if (index >= 0) left.splice(index, 1)
      return index < 0
    })
    .map((key) => `${kind} has ${key} twice`)
}

/** What nobody sent in this dialog, sent once but is there twice, or was said not to be stored. */
const invented = ({ kind, pair, messages }: Seen, attempts: Attempt[]): string[] => {
  const possible = attempts.filter((attempt) => attempt.pair === pair && !attempt.isRefused)
  const texts = new Set(possible.map(({ text }) => text))
  const unkeyed = messages.map(({ text }) => text).filter((text) => !text.startsWith('key-'))
  return [
    ...messages
      .filter(({ text }) => !texts.has(text))
      .map(({ text }) => `${kind} has ${text}, which nobody stored`),
    ...unkeyed
      .filter((text, index) => unkeyed.indexOf(text) !== index)
      .map((text) => `${kind} has ${text} twice`),
  ]
}

/** Of two sends one after the other, the second has the later stamp, or the same. */
const outOfOrder = (sent: Sent[]): string[] =>
  sent.flatMap((later) =>
    sent
      .filter((earlier) => later.stampMs < earlier.stampMs && isAfter(later, earlier))
      .map((earlier) => `${later.id} was sent after ${earlier.id}`),
  )

const isAfter = (later: Sent, earlier: Sent): boolean =>
  later.pair === earlier.pair &&
  later.startMs - earlier.ackMs > (isByOneClock(earlier, later) ? 0 : MAX_CLOCK_SKEW_MS)

const isByOneClock = (earlier: Sent, later: Sent): boolean =>
  later.clock !== undefined &&
  later.clock.instance === earlier.clock?.instance &&
  later.clock.steps[1] === earlier.clock.steps[0]

/** Nobody stamps by a clock that is out of bounds, nor ahead because of another dialog. */
const wronglyStamped = (sent: Sent[]): string[] =>
  sent
    .filter(
      ({ stampMs, startMs, ackMs }) =>
        stampMs < startMs - MAX_CLOCK_SKEW_MS / 2 || stampMs > ackMs + MAX_CLOCK_SKEW_MS / 2,
    )
    .map(({ id, startMs, ackMs }) => `${id} was stamped neither after ${startMs} nor before ${ackMs}`)
