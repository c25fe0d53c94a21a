/** The promises, checked on what people sent and saw: nothing lost, nothing doubled, in order, pollers miss nothing. */
import { type MessageId, stampOf } from '../../lib/dialog/ids.ts'

type Pair = readonly [number, number]
/** An acknowledged message; times are true, in unix milliseconds. */
export type Sent = {
  id: MessageId
  pair: Pair
  instance: string
  dataCentre: number
  startMs: number
  ackMs: number
  hasStepped: boolean
}
/** A whole listing, newest first, or all that a poller came to know; `end`: after everything is repaired. */
export type Seen = {
  kind: 'walk' | 'poll' | 'end'
  pair: Pair
  dataCentre: number
  startMs: number
  ids: MessageId[]
}

const MAX_CLOCK_SKEW_MS = 500
const NOTICED_MS = 9_000

export const check = (sent: Sent[], seen: Seen[]): string[] => [
  ...seen.flatMap((one) => [...missing(sent, one), ...disordered(one)]),
  ...outOfOrder(sent),
]

const missing = (sent: Sent[], { kind, pair, dataCentre, startMs, ids }: Seen): string[] => {
  const found = new Set(ids)
  return sent
    .filter((message) => message.pair === pair && !found.has(message.id))
    .filter((message) => kind === 'end' || message.dataCentre === dataCentre)
    .filter(({ id, ackMs }) =>
      kind === 'poll' ? ackMs > startMs && ackMs - stampOf(id) <= NOTICED_MS : ackMs < startMs,
    )
    .map(({ id, ackMs }) => `${kind} of ${startMs} misses ${id}, acknowledged at ${ackMs}`)
}

const disordered = ({ kind, ids }: Seen): string[] =>
  kind === 'poll' || ids.every((id, index) => index === 0 || id < String(ids[index - 1]))
    ? []
    : [`${kind} is not in order, or has an id twice`]

/** Of two sends one after the other, the second has the later stamp, or the same. */
const outOfOrder = (sent: Sent[]): string[] => {
  const steady = sent.filter(({ hasStepped }) => !hasStepped)
  return steady.flatMap((later) =>
    steady
      .filter((earlier) => isAfter(later, earlier) && stampOf(later.id) < stampOf(earlier.id))
      .map((earlier) => `${later.id} was sent after ${earlier.id}`),
  )
}

const isAfter = (later: Sent, earlier: Sent): boolean =>
  later.pair === earlier.pair &&
  later.startMs - earlier.ackMs > (later.instance === earlier.instance ? 0 : MAX_CLOCK_SKEW_MS)
