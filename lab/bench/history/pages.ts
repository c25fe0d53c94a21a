/** Pages of ten of a long dialog, each in turn with one of a dialog of ten messages: how long they take. */

import { progress, type Say } from '../../../dev/progress.ts'
import { emptyDialogMemory } from '../../../lib/dialog/memory.ts'
import type { Instance } from '../torrent/instance.ts'
import type { Pair } from '../torrent/pour.ts'
import { type Beside, beside } from './beside.ts'
import { isWhole, pageOf, wholeMoments } from './moments.ts'
import { type Ask, race, type Took } from './race.ts'
import type { Span } from './stretches.ts'
import type { Written } from './write.ts'

const WARM_UP_ROUNDS = 100
const ROUNDS = 500
const TARGET = 1.5

/** `other` is the same page of a short dialog. */
type Contest = { name: string; lanes: number; isKnown: boolean; ask: Ask; other: Ask }

/** `instance` alone reads; `stretches` by lanes; the newest end has one. Says a table. @throws Error of a wrong page */
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
  say(`\n| ${HEADS.join(' | ')} |`)
  say(`|${HEADS.map(() => '---|').join('')}`)
  for (const [index, contest] of contests.entries()) {
    say(`| ${cellsOf(contest, beside(...(took[index] as Took))).join(' | ')} |`)
  }
}

const WHAT = ['page of 10', 'lanes', 'instance knows the dialog']
const HEADS = [
  ...WHAT,
  'p50 ms',
  'p95 ms',
  'of ten messages, p50 ms',
  'ratio',
  'in tenths of the run',
  'target',
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
  const memory = () => (isKnown ? undefined : emptyDialogMemory(1))
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

/** A prime: moments one after the other are far apart, and all take part. */
const STRIDE = 389
