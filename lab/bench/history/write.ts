/** Writes a long dialog through the service, season after season, and short ones beside it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Say } from '../../../dev/progress.ts'
import type { Environment } from '../../../lib/config/environment.ts'
import { GENESIS, openingOf } from '../../../lib/timeline/bucket.ts'
import { DEFAULT_RULES, type Rules } from '../../../lib/timeline/rules.ts'
import type { Instance } from '../torrent/instance.ts'
import { closeAll, openInstances, type Said, SENDERS, strangers } from '../torrent/instances.ts'
import { nothingPoured, type Pair, type Poured, pour } from '../torrent/pour.ts'
import { bucketRowsFor, endOf, fillSecondsFor, mostPerSecond, SEASONS, secondsLeft } from './seasons.ts'

export const SHORT_DIALOG = 10
/** At the end, in one lane: so that the newest page does not reach into the lanes before. */
const QUIET_AT_LEAST_MS = 10_000
const TELL_MS = 10_000

/** `shorts`: dialogs of ten messages, one of each season, so that they lie in the database as the long one does. */
export type Written = { pair: Pair; shorts: Pair[]; poured: Poured; beganMs: number; endedMs: number }

/** How a dialog is heated: the lanes it shall have, and what is written a second, as last seen. */
type Heat = { lanes: number; perSecond: number; rules: Rules }

export const write = async (
  variables: Environment,
  messages: number,
  said: Said,
  say: Say,
): Promise<Written> => {
  const rules = { ...DEFAULT_RULES, bucketRows: bucketRowsFor(messages) }
  const heat: Heat = { lanes: 1, perSecond: 0, rules }
  const pair = strangers()
  const opened = await openInstances(variables, pair, said)
  const instances = opened.map((one): Instance => ({ ...one, send: (command) => one.send(command, rules) }))
  const written: Written = { pair, shorts: [], poured: nothingPoured(), beganMs: Date.now(), endedMs: 0 }
  const stop = watch(written.poured, messages, heat, say)
  for (const [index, { lanes }] of SEASONS.entries()) {
    const last = endOf(index, messages)
    say(`\nseason ${index + 1} of ${SEASONS.length}, for ${lanes} lanes, up to ${last} messages`)
    written.shorts.push(await shortDialog(instances[0] as Instance))
    heat.lanes = lanes
    adjust(heat)
    const isLast = index === SEASONS.length - 1
    const goesOn = () => written.poured.acknowledged.size < last || (isLast && !isQuiet(written))
    const most = mostPerSecond(lanes, rules.bucketRows)
    await pour(instances, pair, SENDERS, paced(most, goesOn), written.poured)
  }
  stop()
  await closeAll(instances)
  return { ...written, endedMs: Date.now() }
}

const adjust = ({ lanes, perSecond, rules }: Heat) => {
  rules.fillSeconds = fillSecondsFor(lanes, rules.bucketRows, perSecond)
}

const newestOf = ({ opened }: Poured) => openingOf([...opened.keys()].sort((a, b) => b - a)[0] ?? GENESIS)

const isQuiet = ({ poured, beganMs }: Written) => {
  const { lanes, openedAtSeconds } = newestOf(poured)
  return lanes === 1 && Date.now() - Math.max(beganMs, openedAtSeconds * 1000) > QUIET_AT_LEAST_MS
}

const shortDialog = async (instance: Instance): Promise<Pair> => {
  const [pair, poured] = [strangers(), nothingPoured()]
  await pour([instance], pair, 1, () => poured.acknowledged.size < SHORT_DIALOG, poured)
  return pair
}

/** Messages begin at this rate, or as soon as a sender is free when that is later. */
const paced = (perSecond: number, goesOn: () => boolean) => {
  const beganMs = performance.now()
  let begun = 0
  return async () => {
    const waitMs = beganMs + (begun / perSecond) * 1000 - performance.now()
    begun += 1
    if (waitMs > 0) await sleep(waitMs)
    return goesOn()
  }
}

/** Sees how fast the machine is, adjusts the heat to it, and says how far it is. */
const watch = (poured: Poured, messages: number, heat: Heat, say: Say) => {
  let last = { atMs: performance.now(), count: 0 }
  const timer = setInterval(() => {
    const now = { atMs: performance.now(), count: poured.acknowledged.size }
    heat.perSecond = (now.count - last.count) / ((now.atMs - last.atMs) / 1000)
    last = now
    adjust(heat)
    const left = secondsLeft(now.count, messages, heat.rules.bucketRows, heat.perSecond)
    say(
      `${now.count} of ${messages} messages, ${Math.round(heat.perSecond)}/s, ${poured.opened.size} openings, ` +
        `lanes now: ${newestOf(poured).lanes} (fillSeconds ${heat.rules.fillSeconds}); ` +
        `about ${Math.ceil(left / 60)} min left to write`,
    )
  }, TELL_MS)
  return () => clearInterval(timer)
}
