/** Pages of ten of a long dialog, each in turn with a page of a dialog of ten messages: how long they take. */
import { median, quantile, range } from 'd3-array'
import { progress, type Say } from '../../../dev/progress.ts'
import { emptyBucketMemory } from '../../../lib/buckets/memory.ts'
import { table } from '../../kit/tables.ts'
import type { Instance, Pair } from '../torrent/instances.ts'
import { isWhole, onlyFaults, pageOf, type Span, wholeMoments } from './stretches.ts'
import type { Written } from './write.ts'

const WARM_UP_ROUNDS = 100
const ROUNDS = 500
const TARGET = 1.5

/** `other` is the same page of a short dialog. */
type Contest = { name: string; lanes: number; isKnown: boolean; ask: Ask; other: Ask }

/** Only `instance` reads; `stretches` are by lanes; the newest end has one lane. @throws Error for a wrong page */
export const racePages = async (
  instance: Instance,
  written: Written,
  stretches: Map<number, Span[]>,
  say: Say,
): Promise<void> => {
  const moments = await progress(
    say,
    'looking for pages of one time bucket',
    wholeMoments(instance, written.pair, stretches, ROUNDS, say),
  )
  const contests = [
    ...(await contestsOf(instance, written, moments, true)),
    ...(await contestsOf(instance, written, moments, false)),
  ]
  await progress(say, `warming up, ${contests.length} kinds of pages`, race(contests, WARM_UP_ROUNDS))
  const { took, failed } = await progress(say, `${ROUNDS} of each, in turn`, race(contests, ROUNDS))
  say(`${failed} pages failed`)
  const rows = contests.map((contest, index) => cellsOf(contest, beside(...(took[index] as Took))))
  say(`\n${table(HEAD, rows)}`)
}

const HEAD = [
  ...['page of 10', 'lanes', 'instance knows the dialog', 'p50 ms', 'p95 ms', 'of ten messages, p50 ms'],
  ...['ratio', 'in tenths of the run', 'target'],
]

const cellsOf = ({ name, lanes, isKnown }: Contest, figures: Beside) => {
  const { p50, p95, otherP50, ratio, lowest, highest } = figures
  const target = ratio <= TARGET ? `${TARGET}: met` : `${TARGET}: **missed**`
  return [
    name,
    lanes,
    isKnown ? 'yes' : 'no',
    ...[p50, p95, otherP50, ratio].map((figure) => figure.toFixed(2)),
    `${lowest.toFixed(2)} - ${highest.toFixed(2)}`,
    lanes === 1 ? target : '',
  ]
}

const contestsOf = async (
  instance: Instance,
  { pair, shorts }: Written,
  moments: Map<number, number[]>,
  isKnown: boolean,
): Promise<Contest[]> => {
  const memory = () => (isKnown ? undefined : emptyBucketMemory(1))
  const page = async (of: Pair, lanes: number, beforeMs?: number) => {
    const read = await pageOf(instance, of, beforeMs, memory())
    if (!isWhole(read, lanes))
      throw new Error(`a page of ${lanes} lanes had ${read.messages.length} messages of ${read.lanes} lanes`)
  }
  const short = (round: number) => shorts[round % shorts.length] as Pair
  const nowMs = Date.now()
  const { lanes: newestLanes = 0 } = await pageOf(instance, pair)
  const newest: Contest = {
    name: 'newest end',
    lanes: newestLanes,
    isKnown,
    ask: () => page(pair, newestLanes),
    other: (round) => page(short(round), 1),
  }
  const within = [...moments].map(
    ([lanes, some]): Contest => ({
      name: 'within',
      lanes,
      isKnown,
      ask: (round) => page(pair, lanes, some[(round * STRIDE) % some.length]),
      other: (round) => page(short(round), 1, nowMs),
    }),
  )
  return [newest, ...within]
}

/** A prime: consecutive moments are far apart, and all of them are used. */
const STRIDE = 389

/** @throws Error when it was not done as it should be */
type Ask = (round: number) => Promise<void>
/** In milliseconds, one a round. */
type Took = [ours: number[], others: number[]]

/** One of each per round; the two of a contest directly follow each other, and take turns at going first. */
export const race = async (
  contests: { ask: Ask; other: Ask }[],
  rounds: number,
): Promise<{ took: Took[]; failed: number }> => {
  const took = contests.map((): Took => [[], []])
  let failed = 0
  /** A page that fails has taken time, too. */
  const timed = async (ask: Ask, round: number, times: number[]) => {
    const beganMs = performance.now()
    await ask(round).catch((error) => {
      onlyFaults(error)
      failed += 1
    })
    times.push(performance.now() - beganMs)
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { ask, other }] of contests.entries()) {
      const [ours, others] = took[index] as Took
      const both = [() => timed(ask, round, ours), () => timed(other, round, others)]
      for (const one of round % 2 === 0 ? both : both.toReversed()) await one()
    }
  }
  return { took, failed }
}

/** The run in this many parts, each with its own ratio: how much the ratio varies within one run. */
const PARTS = 10

type Beside = { p50: number; p95: number; otherP50: number; ratio: number; lowest: number; highest: number }

/** @param took in the order of measuring, as many of one as of the other: 10 or more */
export const beside = (took: number[], other: number[]): Beside => {
  const ratio = (from = 0, to = took.length) =>
    Number(median(took.slice(from, to))) / Number(median(other.slice(from, to)))
  const size = took.length / PARTS
  const ratios = range(PARTS).map((part) => ratio(Math.round(part * size), Math.round((part + 1) * size)))
  return {
    p50: Number(median(took)),
    p95: Number(quantile(took, 0.95)),
    otherP50: Number(median(other)),
    ratio: ratio(),
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
  }
}
