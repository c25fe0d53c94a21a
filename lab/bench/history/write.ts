/** Writes a long dialog through the service, season after season, and short ones beside it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Say } from '../../../dev/progress.ts'
import type { Environment } from '../../../lib/config/environment.ts'
import { GENESIS, openingOf } from '../../../lib/timeline/bucket.ts'
import { DEFAULT_RULES, type Rules } from '../../../lib/timeline/rules.ts'
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
} from '../torrent/instances.ts'

export const SHORT_DIALOG = 10
/** At the end, in one lane, so that the newest page does not reach into the lanes before. */
const QUIET_AT_LEAST_MS = 10_000
const TELL_MS = 10_000

/** `shorts`: dialogs of ten messages, one written in each season, so that they lie in the database as the long one does. */
export type Written = { pair: Pair; shorts: Pair[]; poured: Poured; beganMs: number; endedMs: number }

/** How a dialog is heated: the lanes it should have, and the current rate of writes. */
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

const newestOf = (poured: Poured) => openingOf(openingsOf(poured).at(-1) ?? GENESIS)

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

/** Measures how fast the machine is, adjusts the heat to that, and reports progress. */
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

/** `share` of all messages; `lanes` that the dialog should have, or grow or cool to. */
type Season = { lanes: number; share: number }

/** Pages of one lane are measured at the beginning, in the middle and at the end; other seasons last for some openings. */
export const SEASONS: Season[] = [
  { lanes: 1, share: 0.03 },
  { lanes: 2, share: 0.09 },
  { lanes: 4, share: 0.16 },
  { lanes: 8, share: 0.22 },
  { lanes: 1, share: 0.04 },
  { lanes: 8, share: 0.22 },
  { lanes: 4, share: 0.12 },
  { lanes: 2, share: 0.08 },
  { lanes: 1, share: 0.04 },
]

/** The least that is allowed: a season of few lanes need not be slow. */
const LEAST_FILL_SECONDS = 20
/** One lane is the minimum, so chance only adds lanes: at half the heat, few buckets fill in a quarter of fillSeconds. */
const CALM = 2
/** A shorter dialog than this benchmark is meant for gets smaller buckets, or it would have only two. */
const BUCKETS_AT_LEAST = 40

export const bucketRowsFor = (messages: number): number =>
  Math.min(DEFAULT_RULES.bucketRows, Math.ceil(messages / BUCKETS_AT_LEAST))

const calmOf = (lanes: number) => (lanes === 1 ? CALM : 1)

/** The most messages a second that this number of lanes takes with the least fillSeconds. */
export const mostPerSecond = (lanes: number, bucketRows: number): number =>
  (lanes * bucketRows) / LEAST_FILL_SECONDS / calmOf(lanes)

/**
 * A dialog keeps its lanes, chance aside, while they fill in fillSeconds: a machine that carries less than
 * `mostPerSecond` gets a longer fillSeconds. For one lane, slower is only calmer.
 * @param perSecond the current rate; 0 when it is not known yet
 */
export const fillSecondsFor = (lanes: number, bucketRows: number, perSecond: number): number =>
  lanes === 1 || perSecond === 0
    ? LEAST_FILL_SECONDS
    : Math.max(LEAST_FILL_SECONDS, Math.round((lanes * bucketRows) / perSecond))

/** The time left, with each season as fast as it may be, or as fast as this machine if that is slower. */
export const secondsLeft = (
  written: number,
  messages: number,
  bucketRows: number,
  carriedPerSecond: number,
): number => {
  let seconds = 0
  for (const [index, { lanes }] of SEASONS.entries()) {
    const missing = endOf(index, messages) - Math.max(written, endOf(index - 1, messages))
    seconds += Math.max(0, missing) / Math.min(mostPerSecond(lanes, bucketRows), carriedPerSecond)
  }
  return seconds
}

/** The number of messages when a season, numbered from 0, is over. */
export const endOf = (index: number, messages: number): number =>
  Math.round(SEASONS.slice(0, index + 1).reduce((sum, { share }) => sum + share, 0) * messages)
