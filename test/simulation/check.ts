/** Checks the guarantees against what people sent and saw: nothing is lost or doubled, all is in order, pollers miss nothing. */
import type { MessageId } from '../../lib/model/ids.ts'

export type Pair = readonly [number, number]
/**
 * An acknowledged message. Times are true time in unix milliseconds, except for the stamp. A message with a key has one
 * of these for each acknowledgement, all with the start of its first attempt, which may be the one that stored it.
 */
export type Sent = {
  id: MessageId
  text: string
  stampMs: number
  pair: Pair
  dataCentre: number
  startMs: number
  ackMs: number
  /** The instance whose clock made the stamp, and how often that clock had stepped before and after; not with a key. */
  clock?: { instance: string; steps: readonly [number, number] }
}
/** An attempt to send, and whether the service reported that it stored nothing. */
export type Attempt = { text: string; pair: Pair; isRefused: boolean }
/** The text of a message with a key begins with the key. */
export type Listed = { id: MessageId; text: string }
/** A complete listing, newest first, or all that a poller has seen; `end`: after all replicas are repaired. */
export type Seen = {
  kind: 'walk' | 'poll' | 'end'
  pair: Pair
  dataCentre: number
  startMs: number
  /** The start of a poller's last round. */
  untilMs?: number
  messages: Listed[]
}

export const MAX_CLOCK_SKEW_MS = 500
const NOTICED_MS = 9_000

/**
 * @param attempts acknowledged or not
 * @param expired the registers whose claims have expired, once for each time; a key is what follows the last space
 */
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

/** A key stands for one message, whatever its text, and for one more after each time that its claim has expired. */
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

/** Messages that nobody sent in this dialog, that are there more often than sent, or that were reported as not stored. */
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

/** When one send follows another, its stamp is not earlier. */
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

/** No stamp is made by a clock that is out of bounds, or runs ahead because of another dialog. */
const wronglyStamped = (sent: Sent[]): string[] =>
  sent
    .filter(
      ({ stampMs, startMs, ackMs }) =>
        stampMs < startMs - MAX_CLOCK_SKEW_MS / 2 || stampMs > ackMs + MAX_CLOCK_SKEW_MS / 2,
    )
    .map(({ id, startMs, ackMs }) => `${id} was stamped neither after ${startMs} nor before ${ackMs}`)
