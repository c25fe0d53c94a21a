/** Closed-loop measurement: each of several callers begins its next operation when the previous one has ended. */
import { createHistogram } from 'node:perf_hooks'
import { median } from 'd3-array'

const WARM_UP_SECONDS = 4

/** One operation of one of the callers, numbered from 0. @throws Error when it was not done as it should be */
export type Operation = (caller: number) => Promise<void>
export type Figures = { count: number; perSecond: number; p50Ms: number; p99Ms: number }

/** Measures for about that many seconds; an operation that fails ends it. */
export const measure = async (operation: Operation, callers: number, seconds: number): Promise<Figures> => {
  const latency = createHistogram()
  const began = performance.now()
  const end = began + seconds * 1000
  const call = async (caller: number) => {
    for (let now = performance.now(); now < end; now = performance.now()) {
      await operation(caller)
      latency.record(Math.max(1, Math.round((performance.now() - now) * 1000)))
    }
  }
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)))
  const { count } = latency
  const perSecond = (count * 1000) / (performance.now() - began)
  return { count, perSecond, p50Ms: latency.percentile(50) / 1000, p99Ms: latency.percentile(99) / 1000 }
}

/** The median of each figure over the rounds. */
export const medianOf = (rounds: Figures[]): Figures => {
  const of = (figure: keyof Figures) => median(rounds, (round) => round[figure]) ?? Number.NaN
  return { count: of('count'), perSecond: of('perSecond'), p50Ms: of('p50Ms'), p99Ms: of('p99Ms') }
}

export const rateOf = ({ perSecond }: Figures): number => Math.round(perSecond)
export const latenciesOf = ({ p50Ms, p99Ms }: Figures) => [p50Ms.toFixed(2), p99Ms.toFixed(2)]

/** The median over the rounds of the ratio between two rates that were measured side by side. */
export const ratioOf = (one: Figures[], other: Figures[]): number =>
  median(one, ({ perSecond }, round) => perSecond / Number(other[round]?.perSecond)) ?? Number.NaN

/** Until compilers and caches, ours and the database's, have seen what comes: a cold machine is several times slower. */
export const warmUp = async (operations: Operation[], callers: number): Promise<void> => {
  for (const operation of [...operations, ...operations]) await measure(operation, callers, WARM_UP_SECONDS)
}

/** Each contestant in turn, round after round, so that other work on this machine affects all alike. */
export const inTurns = async <Name extends string, Contestant, Found>(
  contestants: Record<Name, Contestant>,
  rounds: number,
  take: (contestant: Contestant) => Promise<Found>,
): Promise<Record<Name, Found[]>> => {
  const names = Object.keys(contestants) as Name[]
  const found = Object.fromEntries(names.map((name) => [name, [] as Found[]])) as Record<Name, Found[]>
  for (let round = 0; round < rounds; round += 1)
    // Whichever goes first has the colder machine: take turns at that too.
    for (const name of round % 2 === 0 ? names : names.toReversed())
      found[name].push(await take(contestants[name]))
  return found
}

export const alternate = <Name extends string>(
  contestants: Record<Name, Operation>,
  callers: number,
  rounds: number,
  seconds: number,
): Promise<Record<Name, Figures[]>> =>
  inTurns(contestants, rounds, (operation) => measure(operation, callers, seconds))
