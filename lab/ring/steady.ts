/** Where a dialog settles when its messages come at an even rate. */
import { mean, quantile } from 'd3-array'
import { lifeOf, type Random, randomFrom, type TimeBucket } from './life.ts'

/** The last rate is too high for 64 lanes. */
const RATES = [100, 1_000, 10_000, 50_000, 100_000]
const LIVES = 40
const BORN_AT = 1_800_000_000
const LIFE_SECONDS = 3_600
/** The beginning of a life is not counted: lanes settle in far less time. */
const RAMP_SECONDS = 600
/** The writes a second that one core takes without effort: in 64 lanes, 64,000. */
const MOST_WRITES = 1_000

/** A dialog has `few` to `many` lanes most of the time; after `rampSeconds` no partition takes more than `MOST_WRITES`. */
export type Steady = {
  perSecond: number
  lanes: { few: number; usual: number; many: number }
  rampSeconds: { usual: number; long: number }
  rows: { mean: number; most99: number; largest: number; partitions: number }
}

export const steadies = (seed: number): Steady[] => {
  const random = randomFrom(seed)
  return RATES.map((perSecond) => settled(perSecond, random))
}

const settled = (perSecond: number, random: Random): Steady => {
  const lives = Array.from({ length: LIVES }, () =>
    lifeOf(BORN_AT, [{ seconds: LIFE_SECONDS, perSecond }], random),
  )
  const lanesOverTime = lives.flatMap(lanesEachSecond)
  const ramps = lives.map((life) => rampOf(life, perSecond))
  // The last time bucket of a life has not ended.
  const partitions = lives.flatMap((life) =>
    life.slice(0, -1).flatMap(({ rows, lanes }) => Array<number>(lanes).fill(rows / lanes)),
  )
  const at = (values: number[], part: number) => quantile(values, part) ?? Number.NaN
  return {
    perSecond,
    lanes: { few: at(lanesOverTime, 0.05), usual: at(lanesOverTime, 0.5), many: at(lanesOverTime, 0.95) },
    rampSeconds: { usual: at(ramps, 0.5), long: at(ramps, 0.95) },
    rows: {
      mean: mean(partitions) ?? 0,
      most99: at(partitions, 0.99),
      largest: at(partitions, 1),
      partitions: partitions.length,
    },
  }
}

const lanesEachSecond = (life: TimeBucket[]): number[] => {
  let at = 0
  return Array.from({ length: LIFE_SECONDS - RAMP_SECONDS }, (_, i) => {
    const second = BORN_AT + RAMP_SECONDS + i
    while ((life[at + 1]?.from ?? Number.POSITIVE_INFINITY) <= second) at += 1
    return life[at]?.lanes ?? 1
  })
}

const rampOf = (life: TimeBucket[], perSecond: number): number =>
  (life.find(({ lanes }) => perSecond / lanes <= MOST_WRITES)?.from ?? Number.POSITIVE_INFINITY) - BORN_AT
