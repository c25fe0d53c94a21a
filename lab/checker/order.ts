/** Which messages of one dialog were overtaken: sent after another was acknowledged, and listed before it. */
import { MAX_CLOCK_SKEW_MS } from '../../lib/timeline/rules.ts'
import { acknowledgementOf, type Issue, messageIn, type Sent } from './sent.ts'

type Moment = { text: string; rank: string; beganMs: number; toldMs: number }

/** The part of an id that holds its unix milliseconds. There is no order within one millisecond. */
const STAMP_CHARACTERS = 'xxxxxxxx-xxxx'.length

/**
 * Two consecutive messages keep their order on one instance if their stamps differ, and across instances if they are
 * further apart than clocks may differ.
 * @param sent all that was sent to this dialog
 */
export const issuesOfOrder = (sent: Sent[]): Issue[] => {
  const moments = (of: Sent[], characters?: number) => of.flatMap((one) => momentOf(one, characters))
  const byInstance = Map.groupBy(sent.filter(isOfOneInstance), ({ tries }) => tries[0]?.instance)
  return [
    ...overtaken(moments(sent), MAX_CLOCK_SKEW_MS),
    ...[...byInstance.values()].flatMap((own) => overtaken(moments(own, STAMP_CHARACTERS), 0)),
  ]
}

const isOfOneInstance = ({ tries }: Sent) => new Set(tries.map(({ instance }) => instance)).size === 1

const momentOf = (sent: Sent, characters?: number): Moment[] => {
  const told = acknowledgementOf(sent)
  const id = told && messageIn(told)?.id
  if (!id) return []
  const beganMs = Math.min(...sent.tries.map((one) => one.beganMs))
  return [{ text: sent.text, rank: id.slice(0, characters), beganMs, toldMs: told.endedMs }]
}

/** From the highest rank down: a message that began after one of a higher rank was acknowledged is misplaced. */
const overtaken = (moments: Moment[], apartMs: number): Issue[] => {
  const byRank = [...Map.groupBy(moments, ({ rank }) => rank)].sort(([a], [b]) => (a < b ? 1 : -1))
  let first: Moment | undefined
  return byRank.flatMap(([, equals]) => {
    const higher = first
    first = equals.reduce((least, one) => (one.toldMs < least.toldMs ? one : least), first ?? NEVER)
    return equals
      .filter(({ beganMs }) => higher && higher.toldMs + apartMs < beganMs)
      .map(({ text }) => ({
        kind: 'out of order',
        what: text,
        where: `listed before ${higher?.text}, sent after it`,
      }))
  })
}

const NEVER: Moment = { text: '', rank: '', beganMs: 0, toldMs: Number.POSITIVE_INFINITY }
