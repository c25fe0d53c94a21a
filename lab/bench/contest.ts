/** Closed-loop measuring: so many callers, each beginning its next operation when the last has ended. */
import { createHistogram } from 'node:perf_hooks'
import { median } from '../kit/median.ts'

const WARM_UP_SECONDS = 4

/** One operation of one of the callers, numbered from 0. @throws Error when it was not done as it should be */
export type Operation = (caller: number) => Promise<void>
export type Figures = { count: number; perSecond: number; p50Ms: number; p99Ms: number }

/** Measures for about so long; an operation that fails ends it. */
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
  const tookSeconds = (performance.now() - began) / 1000
  return {
    count: latency.count,
    perSecond: latency.count / tookSeconds,
    p50Ms: latency.percentile(50) / 1000,
    p99Ms: latency.percentile(99) / 1000,
  }
}

/** The median of each figure over the rounds. */
export const medianOf = (rounds: Figures[]): Figures => ({
  count: median(rounds.map(({ count }) => count)),
  perSecond: median(rounds.map(({ perSecond }) => perSecond)),
  p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
  p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
})

/** The median over the rounds of how many times as fast one was as the other, which ran right beside it. */
export const ratioOf = (one: Figures[], other: Figures[]): number =>
  median(one.map(({ perSecond }, round) => perSecond / (other[round]?.perSecond ?? Number.NaN)))

/** Until compilers and caches, ours and the database's, have seen what comes: a cold machine is several times slower. */
export const warmUp = async (operations: Operation[], callers: number): Promise<void> => {
  for (const operation of [...operations, ...operations]) await measure(operation, callers, WARM_UP_SECONDS)
}

/** Each contestant in turn, round after round, so that what else this machine does falls on all alike. */
export const alternate = async <Name extends string>(
  contestants: Record<Name, Operation>,
  callers: number,
  rounds: number,
  seconds: number,
): Promise<Record<Name, Figures[]>> => {
  const names = Object.keys(contestants) as Name[]
  const figures = Object.fromEntries(names.map((name) => [name, [] as Figures[]])) as Record<Name, Figures[]>
  for (let round = 0; round < rounds; round += 1) {
    // The one that goes first has the colder machine: take turns at that too.
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      figures[name].push(await measure(contestants[name], callers, seconds))
    }
  }
  return figures
}
