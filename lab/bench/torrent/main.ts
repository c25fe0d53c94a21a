/** One dialog under all the messages that this machine can carry, then nearly quiet: its lanes, and what is listed. */
import { setTimeout as sleep } from 'node:timers/promises'
import { progress, type Say } from '../../../dev/progress.ts'
import type { Environment } from '../../../lib/config/environment.ts'
import { type Bucket, GENESIS, openingOf } from '../../../lib/timeline/bucket.ts'
import {
  closeAll,
  type Instance,
  nothingPoured,
  openInstances,
  openingsOf,
  type Pair,
  type Poured,
  pour,
  type Said,
  SENDERS,
  strangers,
} from './instances.ts'
import { judge, lanesOf, SEVERAL_LANES } from './verdict.ts'

/** The least that is allowed: the dialog cools in as short a time as there is. */
const FILL_SECONDS = 20
/** Two rounds warm up what is cold, the third one counts. */
const RATE_ROUNDS_SECONDS = [3, 3, 3]
/** Several lanes carry the load for this long after the first opening that has them. */
const HOLD_SECONDS = 3
const TORRENT_LIMIT_SECONDS = 30
/** Eight a second: one in 16 cools, so a bucket that is due stays hot for 20 s once in 30,000. */
const TRICKLE_SENDERS = 8
const DUE_FOR_SECONDS = 20

type Run = { instances: Instance[]; pair: Pair; poured: Poured; beganMs: number }

/** @throws Error that says what was not as promised */
export const torrent = async (variables: Environment, say: Say): Promise<void> => {
  const perSecond = await progress(say, `finding the rate of ${SENDERS} senders`, rateOf(variables))
  // One lane is full in a second, where five would be fast enough to double: four are about what it needs.
  const rows = Math.max(2, perSecond)
  say(`${perSecond} messages/s into one lane; from here on bucketRows ${rows}, fillSeconds ${FILL_SECONDS}`)
  const said: Said = new Map()
  const quiet = { ...variables, FILL_SECONDS: String(FILL_SECONDS) }
  const hot = { ...quiet, BUCKET_ROWS: String(rows) }
  const pair = strangers()
  const instances = await openInstances(hot, pair, said)
  const run = { instances, pair, poured: nothingPoured(), beganMs: Date.now() }
  say(`\ntorrent: ${SENDERS} senders over ${instances.length} instances, each as fast as it is answered`)
  const carried = await flood(run, say)
  say(`the torrent is over: ${Math.round(carried)} messages/s, at which one lane fills in`)
  say(`${(rows / carried).toFixed(1)} s; a quarter of fillSeconds is ${FILL_SECONDS / 4} s`)
  // With so few rows a bucket even a trickle would be full now and then, and begin anew with the lanes it has.
  const others = await openInstances(quiet, pair, said)
  await trickle({ ...run, instances: others }, say)
  const readers = await openInstances(quiet, pair, said)
  const issues = await judge(run, readers, said, quiet, say)
  await closeAll([...instances, ...others, ...readers])
  if (issues.length > 0)
    throw new Error(`not as promised:\n${issues.map((issue) => `- ${issue}`).join('\n')}`)
  say(
    'every acknowledged message is listed once, in order, both ways; one row per opening; grown, and cooled',
  )
}

/** Messages a second that several instances carry together, in dialogs of their own, within one lane. */
const rateOf = async (variables: Environment): Promise<number> => {
  const instances = await openInstances(variables, strangers(), new Map())
  let perSecond = 0
  for (const seconds of RATE_ROUNDS_SECONDS) {
    const poured = nothingPoured()
    const began = performance.now()
    const goesOn = () => performance.now() < began + seconds * 1000
    await pour(instances, strangers(), SENDERS, goesOn, poured)
    perSecond = Math.round((poured.acknowledged.size / (performance.now() - began)) * 1000)
  }
  await closeAll(instances)
  return perSecond
}

const newestOf = ({ poured }: Run): Bucket => openingsOf(poured).at(-1) ?? GENESIS
const secondsSince = (unixMs: number) => (Date.now() - unixMs) / 1000

const statusOf = (run: Run) => {
  const seconds = secondsSince(run.beganMs).toFixed(0).padStart(4)
  const counts = `${run.poured.acknowledged.size} acknowledged, ${run.poured.opened.size} openings`
  return `${seconds} s: ${counts}, lanes now: ${lanesOf(newestOf(run))}`
}

/** At the highest rate, until several lanes have carried it for a while. Returns messages a second. */
const flood = async (run: Run, say: Say): Promise<number> => {
  let severalSince = Number.POSITIVE_INFINITY
  const goesOn = () => {
    const lanes = lanesOf(newestOf(run))
    if (lanes >= SEVERAL_LANES) severalSince = Math.min(severalSince, Date.now())
    // Each further doubling would take 40 s to cool.
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

/** As quiet dialogs are, until it has cooled to one lane, or a step down is long overdue. */
const trickle = async (run: Run, say: Say): Promise<void> => {
  const steps = Math.log2(lanesOf(newestOf(run)))
  const dueSeconds = 2 * FILL_SECONDS
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
