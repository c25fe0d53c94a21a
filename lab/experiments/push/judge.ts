/** What the turns of the experiment `push` have shown: verdicts, and the text of the report. */
import { median, sum } from 'd3-array'
import type { Say } from '../../../dev/progress.ts'
import { acknowledgementOf } from '../../checker/sent.ts'
import type { Request } from '../requests.ts'
import { atLeast, atMost, figuresOf, none } from '../verdicts.ts'
import { BUSY, EVEN, STAR } from './kinds.ts'
import type { Done } from './turn.ts'

const MOST_DELAY_MS = 100
const MOST_GROWTH = 1.15
const MOST_BESIDE_EVEN = 1.25
const LEAST_TOLD = 0.999

/** One turn, with its outcome. */
export type Taken = Done & { kind: string; delays: Request[]; missed: number; sends: Request[] }

export const guaranteesOf = (taken: Taken[]) => {
  const calls = taken.flatMap((turn) => turn.calls)
  const devices = taken.flatMap((turn) => turn.devices)
  const received = sum(calls, (one) => one.received)
  return [
    none(
      'calls to an instance beyond one for each device there of both people',
      sum(calls, (one) => Math.max(0, one.received - one.expected)),
    ),
    none(
      'calls to instances without one of their devices',
      sum(calls, (one) => (one.expected === 0 ? one.received : 0)),
    ),
    none('calls made to anything but an instance', sum(taken, ({ made }) => made) - received),
    atLeast('calls', 1, received),
    none(
      'frames of other people',
      sum(devices, ({ strange }) => strange),
    ),
    none(
      'frames that a device was sent twice',
      sum(devices, ({ again }) => again),
    ),
  ]
}

export const targetsOf = (taken: Taken[], say: Say) => {
  const of = (kind: string) => taken.filter((turn) => turn.kind === kind)
  const costs = (kind: string) =>
    of(kind).map(({ serviceUs, sent }) => serviceUs / sent.filter(acknowledgementOf).length)
  for (const kind of new Set(taken.map((turn) => turn.kind))) say(wordsOf(kind, of(kind), costs(kind)))
  const p99 = (kind: string) =>
    of(kind).map(
      ({ delays }) =>
        figuresOf(
          delays.filter((one) => one.class === 'pairs: arrival'),
          1,
        ).p99Ms,
    )
  const ratios = (ones: number[], others: number[]) => ones.map((one, round) => one / Number(others[round]))
  const middle = (what: string, most: number, found: number[]) =>
    atMost(
      `${what} (median of ${found.map((one) => one.toFixed(2)).join(', ')})`,
      most,
      median(found) ?? Number.NaN,
    )
  const [arrived, missed] = [sum(taken, ({ delays }) => delays.length), sum(taken, (turn) => turn.missed)]
  return [
    middle(
      `processor time of a message, four instances / two, each push a call, ${usOf(costs)}`,
      MOST_GROWTH,
      ratios(costs('four instances'), costs('two instances')),
    ),
    middle('p99 from acknowledgement to arrival, ms, at half load', MOST_DELAY_MS, p99(EVEN)),
    ...[STAR, BUSY].map((kind) =>
      middle(`p99 of arrivals of the others, ${kind} / even`, MOST_BESIDE_EVEN, ratios(p99(kind), p99(EVEN))),
    ),
    atLeast('frames that arrived / devices of both people', LEAST_TOLD, arrived / (arrived + missed)),
  ]
}

const usOf = (costs: (kind: string) => number[]): string => {
  const [one, two, four] = ['one instance', 'two instances', 'four instances'].map((kind) =>
    (median(costs(kind)) ?? Number.NaN).toFixed(0),
  )
  return `us: ${four} / ${two}, and ${one} with one instance and no call`
}

const wordsOf = (kind: string, turns: Taken[], costs: number[]): string => {
  const messages = sum(turns, ({ sent }) => sent.length)
  const calls = sum(turns, (turn) => sum(turn.calls, ({ received }) => received))
  const { requests, p50Ms, p99Ms } = figuresOf(
    turns.flatMap(({ delays }) => delays),
    1,
  )
  return (
    `${kind}: ${messages} messages, ${(requests / messages).toFixed(2)} devices told and ${(calls / messages).toFixed(2)} calls a message, ` +
    `${costs.map((us) => us.toFixed(0)).join(', ')} us of the service's processor time; arrival after p50 ${p50Ms} p99 ${p99Ms} ms`
  )
}
