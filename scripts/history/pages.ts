/** Pages of ten of a long dialog, each in turn with one of a dialog of ten messages: how long they take. */
import { messageIdAt } from '../../lib/dialog/ids.ts'
import { emptyDialogMemory } from '../../lib/dialog/memory.ts'
import { progress, type Say } from '../progress.ts'
import type { Instance } from '../torrent/instance.ts'
import type { Pair } from '../torrent/pour.ts'
import { beside } from './beside.ts'
import { momentsIn, type Span } from './stretches.ts'
import { SHORT_DIALOG, type Written } from './write.ts'

const WARM_UP_ROUNDS = 100
const ROUNDS = 1_000
const TARGET = 1.5

/** One page; resolves when it was as it should be. */
type Ask = (round: number) => Promise<void>
/** `other` is the same page of a short dialog. */
type Contest = { name: string; lanes: number; isKnown: boolean; ask: Ask; other: Ask }

/** `instance` alone reads; `stretches` by lanes, `newestLanes` at the newest end. Says a table. */
export const racePages = async (
  instance: Instance,
  written: Written,
  stretches: Map<number, Span[]>,
  say: Say,
): Promise<void> => {
  const contests = [true, false].flatMap((isKnown) => contestsOf(instance, written, stretches, isKnown))
  await progress(say, `warming up, ${contests.length} kinds of pages`, run(contests, WARM_UP_ROUNDS))
  const took = await progress(say, `${ROUNDS} of each, in turn`, run(contests, ROUNDS))
  say(
    '\n| page of 10 | lanes | instance knows the dialog | p50 ms | p95 ms | of ten messages, p50 ms | ratio | in tenths of the run | target |',
  )
  say('|---|---|---|---|---|---|---|---|---|')
  for (const [index, { name, lanes, isKnown }] of contests.entries()) {
    const [ours, others] = took[index] as Took
    const { p50, p95, otherP50, ratio, lowest, highest } = beside(ours, others)
    const ms = [p50, p95, otherP50].map((one) => one.toFixed(2))
    const target = lanes > 1 ? '' : ratio <= TARGET ? `${TARGET}: met` : `${TARGET}: **missed**`
    const cells = [
      name,
      lanes,
      isKnown ? 'yes' : 'no',
      ...ms,
      ratio.toFixed(2),
      `${lowest.toFixed(2)} - ${highest.toFixed(2)}`,
      target,
    ]
    say(`| ${cells.join(' | ')} |`)
  }
}

const contestsOf = (
  instance: Instance,
  { pair, shorts }: Written,
  stretches: Map<number, Span[]>,
  isKnown: boolean,
): Contest[] => {
  const page = async ({ from, to }: Pair, lanes: number, beforeMs?: number) => {
    const before = beforeMs === undefined ? {} : { before: messageIdAt(beforeMs, new Uint8Array(10)) }
    const command = { caller: from, other: to, limit: SHORT_DIALOG, offset: 0, ...before }
    const read = await instance.page(command, isKnown ? undefined : emptyDialogMemory(1))
    if (read.messages.length !== SHORT_DIALOG || read.lanes !== lanes)
      throw new Error(`a page of ${lanes} lanes had ${read.messages.length} messages of ${read.lanes} lanes`)
  }
  const short = (round: number) => shorts[round % shorts.length] as Pair
  const nowMs = Date.now()
  const newest = {
    name: 'newest end',
    lanes: 1,
    isKnown,
    ask: () => page(pair, 1),
    other: (round: number) => page(short(round), 1),
  }
  const within = [...stretches]
    .toSorted(([a], [b]) => a - b)
    .map(([lanes, spans]) => {
      const moments = momentsIn(spans, ROUNDS)
      return {
        name: 'within',
        lanes,
        isKnown,
        ask: (round: number) => page(pair, lanes, moments[(round * STRIDE) % ROUNDS]),
        other: (round: number) => page(short(round), 1, nowMs),
      }
    })
  return [newest, ...within]
}

/** Prime to the rounds: each moment once, and never one beside the last. */
const STRIDE = 389

type Took = [ours: number[], others: number[]]

/** One of each in a round, the two of a contest one right after the other, taking turns at being the first. */
const run = async (contests: Contest[], rounds: number): Promise<Took[]> => {
  const took = contests.map((): Took => [[], []])
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { ask, other }] of contests.entries()) {
      const [ours, others] = took[index] as Took
      const both = [() => timed(ask, round, ours), () => timed(other, round, others)]
      for (const one of round % 2 === 0 ? both : both.toReversed()) await one()
    }
  }
  return took
}

const timed = async (ask: Ask, round: number, took: number[]) => {
  const beganMs = performance.now()
  await ask(round)
  took.push(performance.now() - beganMs)
}
