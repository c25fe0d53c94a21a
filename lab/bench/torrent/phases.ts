/** A dialog's two lives, one after the other: all that its senders can write, then nearly nothing. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Say } from '../../../dev/progress.ts'
import { type Bucket, GENESIS, openingOf } from '../../../lib/timeline/bucket.ts'
import { lanesOf, SEVERAL_LANES } from './course.ts'
import type { Instance } from './instance.ts'
import { SENDERS } from './instances.ts'
import { type Pair, type Poured, pour } from './pour.ts'

export type Run = { instances: Instance[]; pair: Pair; poured: Poured; fillSeconds: number; beganMs: number }

/** From the first opening with several lanes on: they shall carry some of it. */
const HOLD_SECONDS = 3
const TORRENT_LIMIT_SECONDS = 30
/** Eight a second: one in 16 cools, so a bucket that is due stays hot for 20 s once in 30,000. */
const TRICKLE_SENDERS = 8
const DUE_FOR_SECONDS = 20

/** Oldest first. */
export const openingsOf = ({ poured }: Run): Bucket[] => [...poured.opened.keys()].sort((a, b) => a - b)
const newestOf = (run: Run): Bucket => openingsOf(run).at(-1) ?? GENESIS
const secondsSince = (unixMs: number) => (Date.now() - unixMs) / 1000

const statusOf = (run: Run) => {
  const seconds = secondsSince(run.beganMs).toFixed(0).padStart(4)
  const counts = [run.poured.acknowledged.size, openingsOf(run).length, lanesOf(newestOf(run))]
  return `${seconds} s: ${counts[0]} acknowledged, ${counts[1]} openings, lanes now: ${counts[2]}`
}

/** At the highest rate, until several lanes have carried it for a while. Returns messages a second. */
export const flood = async (run: Run, say: Say): Promise<number> => {
  let severalSince = Number.POSITIVE_INFINITY
  const goesOn = () => {
    const lanes = lanesOf(newestOf(run))
    if (lanes >= SEVERAL_LANES) severalSince = Math.min(severalSince, Date.now())
    // Each doubling more would take 40 s to cool.
    const isHeld = lanes > SEVERAL_LANES || secondsSince(severalSince) > HOLD_SECONDS
    return !isHeld && secondsSince(run.beganMs) < TORRENT_LIMIT_SECONDS
  }
  let last = { told: performance.now(), count: 0 }
  const tell = () => {
    const now = { told: performance.now(), count: run.poured.acknowledged.size }
    const perSecond = (now.count - last.count) / ((now.told - last.told) / 1000)
    say(`${statusOf(run)}, ${Math.round(perSecond)}/s`)
    last = now
  }
  await telling(1, tell, pour(run.instances, run.pair, SENDERS, goesOn, run.poured))
  return run.poured.acknowledged.size / secondsSince(run.beganMs)
}

/** As quiet dialogs are, until it is down to one lane, or should long have gone down by a step. */
export const trickle = async (run: Run, say: Say): Promise<void> => {
  const steps = Math.log2(lanesOf(newestOf(run)))
  const dueSeconds = 2 * run.fillSeconds
  say(
    `\ntrickle: ${TRICKLE_SENDERS} messages/s until it has cooled to one lane, a step every ${dueSeconds} s:`,
  )
  say(`about ${steps * (dueSeconds + 2)} s, at most ${steps * (dueSeconds + DUE_FOR_SECONDS)} s`)
  const goesOn = async () => {
    await sleep(1_000)
    const { openedAtSeconds, lanes } = openingOf(newestOf(run))
    return lanes > 1 && secondsSince(openedAtSeconds * 1000) < dueSeconds + DUE_FOR_SECONDS
  }
  const tell = () => say(statusOf(run))
  await telling(10, tell, pour(run.instances, run.pair, TRICKLE_SENDERS, goesOn, run.poured))
  tell()
}

const telling = async (everySeconds: number, tell: () => void, work: Promise<unknown>) => {
  const timer = setInterval(tell, everySeconds * 1000)
  await work.finally(() => clearInterval(timer))
}
