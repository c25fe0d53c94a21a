/** One dialog under all the messages that this machine carries, then nearly quiet: its lanes, and whether all is there. */

import { dialogIdOf, type UserId } from '../../lib/dialog/ids.ts'
import type { Environment } from '../../lib/environment.ts'
import { openLog } from '../../lib/log.ts'
import { progress, type Say } from '../progress.ts'
import { type Instance, openInstance } from '../torrent/instance.ts'
import { flood, TORRENT_SENDERS, trickle } from '../torrent/phases.ts'
import { nothingPoured, type Pair, pour } from '../torrent/pour.ts'
import { judge, type Said } from '../torrent/verdict.ts'

const INSTANCES = 4
/** The least that is allowed: the dialog cools in as short a time as there is. */
const FILL_SECONDS = 20
/** Twice to warm up what is cold, the third time counts. */
const RATE_ROUNDS_SECONDS = [3, 3, 3]

/** @throws Error that says what was not as promised */
export const torrent = async (ground: { variables: Record<string, string> }, say: Say) => {
  const variables = { ...process.env, ...ground.variables }
  const perSecond = await progress(say, `finding the rate of ${TORRENT_SENDERS} senders`, rateOf(variables))
  // One lane is full in a second, where five would be fast enough to double: four are about what it needs.
  const rows = Math.max(2, perSecond)
  say(
    `${perSecond} messages/s into one lane; bucketRows is ${rows} from here on, fillSeconds ${FILL_SECONDS}`,
  )
  const said: Said = new Map()
  const quiet = { ...variables, FILL_SECONDS: String(FILL_SECONDS) }
  const hot = { ...quiet, BUCKET_ROWS: String(rows) }
  const pair = strangers()
  const instances = await open(hot, pair, said)
  const run = { instances, pair, poured: nothingPoured(), fillSeconds: FILL_SECONDS, beganMs: Date.now() }
  say(`\ntorrent: ${TORRENT_SENDERS} senders over ${INSTANCES} instances, each as fast as it is answered`)
  const carried = await flood(run, say)
  say(`the torrent is over: ${Math.round(carried)} messages/s, at which one lane fills in`)
  say(`${(rows / carried).toFixed(1)} s; a quarter of fillSeconds is ${FILL_SECONDS / 4} s`)
  // With so few rows a bucket even a trickle would be full now and then, and begin anew with the lanes it has.
  const others = await open(quiet, pair, said)
  await trickle({ ...run, instances: others }, say)
  const readers = await open(quiet, pair, said)
  const flaws = await judge(run, readers, said, quiet, say)
  await Promise.all([...instances, ...others, ...readers].map(({ close }) => close()))
  if (flaws.length > 0) throw new Error(`not as promised:\n${flaws.map((flaw) => `- ${flaw}`).join('\n')}`)
  say('everything acknowledged is listed once, in order, both ways; one row an opening; grown, and cooled')
}

const strangers = (): Pair => {
  const name = Date.now().toString(36)
  return { from: `fan-${name}` as UserId, to: `star-${name}` as UserId }
}

/** Connected, but with no memory of the dialog. */
const open = async (variables: Environment, { from, to }: Pair, said: Said): Promise<Instance[]> => {
  const write = (line: string) => {
    const { level, message } = JSON.parse(line)
    const words = `${level}: ${message}`
    said.set(words, (said.get(words) ?? 0) + 1)
  }
  const log = openLog({ write })
  const instances = Array.from({ length: INSTANCES }, () => openInstance(variables, log))
  await Promise.all(instances.map(({ index }) => index(dialogIdOf(from, to))))
  return instances
}

/** In dialogs of their own, within one lane. */
const rateOf = async (variables: Environment): Promise<number> => {
  const instances = await open(variables, strangers(), new Map())
  let perSecond = 0
  for (const seconds of RATE_ROUNDS_SECONDS) {
    const poured = nothingPoured()
    const began = performance.now()
    const goesOn = () => performance.now() < began + seconds * 1000
    await pour(instances, strangers(), TORRENT_SENDERS, goesOn, poured)
    perSecond = Math.round((poured.acknowledged.size / (performance.now() - began)) * 1000)
  }
  await Promise.all(instances.map(({ close }) => close()))
  return perSecond
}
