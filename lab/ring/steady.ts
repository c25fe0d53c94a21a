/** What a dialog settles at when its messages come at an even rate. */
import { lifeOf, type TimeBucket } from './life.ts'
import { type Random, randomFrom } from './random.ts'

/** The last is beyond what 64 lanes are for. */
const RATES = [100, 1_000, 10_000, 50_000, 100_000]
const LIVES = 40
const BORN_AT = 1_800_000_000
const LIFE_SECONDS = 3_600
/** So much of a life is not counted: lanes settle in far less. */
const RAMP_SECONDS = 600
/** What one core takes without effort: 64 lanes of it are 64,000 a second. */
const MOST_WRITES = 1_000

/** Most of the time a dialog has from `few` to `many` lanes; `rampSeconds` until no partition takes more than that. */
export type Steady = {
  perSecond: number
  lanes: { few: number; usual: number; many: number }
  rampSeconds: { usual: number; long: number }
  rows: { mean: number; most99: number; largest: number; partitions: number }
}

export const steadies = (seed: bigint): Steady[] => {
  const random = randomFrom(seed)
  return RATES.map((perSecond) => settled(perSecond, random))
}

const settled = (perSecond: number, random: Random): Steady => {
  const lives = Array.from({ length: LIVES }, () =>
    lifeOf(BORN_AT, [{ seconds: LIFE_SECONDS, perSecond }], random),
  )
  const lanesOverTime = lives.flatMap(lanesEachSecond).sort((a, b) => a - b)
  const ramps = lives.map((life) => rampOf(life, perSecond)).sort((a, b) => a - b)
  // The last time bucket of a life has not ended.
  const partitions = lives
    .flatMap((life) =>
      life.slice(0, -1).flatMap(({ rows, lanes }) => Array<number>(lanes).fill(rows / lanes)),
    )
    .sort((a, b) => a - b)
  return {
    perSecond,
    lanes: {
      few: quantile(lanesOverTime, 0.05),
      usual: quantile(lanesOverTime, 0.5),
      many: quantile(lanesOverTime, 0.95),
    },
    rampSeconds: { usual: quantile(ramps, 0.5), long: quantile(ramps, 0.95) },
    rows: {
      mean: partitions.reduce((sum, rows) => sum + rows, 0) / partitions.length,
      most99: quantile(partitions, 0.99),
      largest: quantile(partitions, 1),
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

const quantile = (sorted: number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] as number
