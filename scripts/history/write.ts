/** Writes a long dialog through the service, season after season, and short ones beside it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Environment } from '../../lib/config.ts'
import { GENESIS, openingOf } from '../../lib/timeline/bucket.ts'
import { progress, type Say } from '../progress.ts'
import type { Instance } from '../torrent/instance.ts'
import { closeAll, openInstances, rateOf, type Said, SENDERS, strangers } from '../torrent/instances.ts'
import { nothingPoured, type Pair, type Poured, pour } from '../torrent/pour.ts'
import { bucketRowsFor, endOf, paceOf, SEASONS, secondsLeft } from './seasons.ts'

export const SHORT_DIALOG = 10
/** At the end, in one lane: so that the newest page does not reach into the lanes before. */
const QUIET_AT_LEAST_MS = 10_000
const TELL_MS = 10_000

/** `shorts`: dialogs of ten messages, one of each season, so that they lie in the database as the long one does. */
export type Written = { pair: Pair; shorts: Pair[]; poured: Poured; beganMs: number; endedMs: number }

export const write = async (
  variables: Environment,
  messages: number,
  said: Said,
  say: Say,
): Promise<Written> => {
  const bucketRows = bucketRowsFor(messages)
  const written: Written = { pair: strangers(), shorts: [], poured: nothingPoured(), beganMs: 0, endedMs: 0 }
  for (const [index, { lanes }] of SEASONS.entries()) {
    const most = await progress(say, `finding the rate of ${SENDERS} senders`, rateOf(variables))
    const { fillSeconds, perSecond } = paceOf(lanes, bucketRows, most)
    const last = endOf(index, messages)
    say(
      `\nseason ${index + 1} of ${SEASONS.length}, for ${lanes} lanes, up to ${last} messages: ` +
        `${Number.isFinite(perSecond) ? Math.round(perSecond) : most}/s, bucketRows ${bucketRows}, fillSeconds ${fillSeconds}`,
    )
    const rules = { BUCKET_ROWS: String(bucketRows), FILL_SECONDS: String(fillSeconds) }
    const instances = await openInstances({ ...variables, ...rules }, written.pair, said)
    written.shorts.push(await shortDialog(instances[0] as Instance))
    written.beganMs ||= Date.now()
    const isLast = index === SEASONS.length - 1
    const goesOn = () => written.poured.acknowledged.size < last || (isLast && !isQuiet(written))
    const left = (count: number) => secondsLeft(count, messages, bucketRows, most)
    const stop = tell(written.poured, messages, left, say)
    await pour(instances, written.pair, SENDERS, paced(perSecond, goesOn), written.poured).finally(stop)
    await closeAll(instances)
  }
  return { ...written, endedMs: Date.now() }
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

const tell = (poured: Poured, messages: number, left: (written: number) => number, say: Say) => {
  let last = { atMs: performance.now(), count: poured.acknowledged.size }
  const timer = setInterval(() => {
    const now = { atMs: performance.now(), count: poured.acknowledged.size }
    const perSecond = Math.round((now.count - last.count) / ((now.atMs - last.atMs) / 1000))
    last = now
    say(
      `${now.count} of ${messages} messages, ${perSecond}/s, ${poured.opened.size} openings, ` +
        `lanes now: ${newestOf(poured).lanes}; about ${Math.ceil(left(now.count) / 60)} min to write`,
    )
  }, TELL_MS)
  return () => clearInterval(timer)
}
