/** The promises, checked on what people sent and saw: nothing lost, nothing doubled, in order, pollers miss nothing. */
import type { MessageId } from '../../lib/dialog/ids.ts'

export type Pair = readonly [number, number]
/** An acknowledged message; times are true, in unix milliseconds, but for the stamp. */
export type Sent = {
  id: MessageId
  stampMs: number
  pair: Pair
  instance: string
  /** How often this instance's clock had stepped, at the start and at the acknowledgement. */
  steps: readonly [number, number]
  dataCentre: number
  startMs: number
  ackMs: number
}
/** A whole listing, newest first, or all that a poller came to know; `end`: after everything is repaired. */
export type Seen = {
  kind: 'walk' | 'poll' | 'end'
  pair: Pair
  dataCentre: number
  startMs: number
  ids: MessageId[]
}

export const MAX_CLOCK_SKEW_MS = 500
const NOTICED_MS = 9_000

export const check = (sent: Sent[], seen: Seen[]): string[] => [
  ...seen.flatMap((one) => [...missing(sent, one), ...disordered(one)]),
  ...outOfOrder(sent),
  ...wronglyStamped(sent),
]

const missing = (sent: Sent[], { kind, pair, dataCentre, startMs, ids }: Seen): string[] => {
  const found = new Set(ids)
  return sent
    .filter((message) => message.pair === pair && !found.has(message.id))
    .filter((message) => kind === 'end' || message.dataCentre === dataCentre)
    .filter(({ stampMs, ackMs }) =>
      kind === 'poll' ? ackMs > startMs && ackMs - stampMs <= NOTICED_MS : ackMs < startMs,
    )
    .map(({ id, ackMs }) => `${kind} of ${startMs} misses ${id}, acknowledged at ${ackMs}`)
}

const disordered = ({ kind, ids }: Seen): string[] =>
  kind === 'poll' || ids.every((id, index) => index === 0 || id < String(ids[index - 1]))
    ? []
    : [`${kind} is not in order, or has an id twice`]

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
  later.instance === earlier.instance && later.steps[1] === earlier.steps[0]

/** Nobody stamps by a clock that is out of bounds, nor ahead because of another dialog. */
const wronglyStamped = (sent: Sent[]): string[] =>
  sent
    .filter(
      ({ stampMs, startMs, ackMs }) =>
        stampMs < startMs - MAX_CLOCK_SKEW_MS / 2 || stampMs > ackMs + MAX_CLOCK_SKEW_MS / 2,
    )
    .map(({ id, startMs, ackMs }) => `${id} was stamped neither after ${startMs} nor before ${ackMs}`)
