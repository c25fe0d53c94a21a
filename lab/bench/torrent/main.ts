/** One dialog under all the messages that this machine carries, then nearly quiet: its lanes, and whether all is there. */
import { progress, type Say } from '../../../dev/progress.ts'
import { closeAll, openInstances, type Said, SENDERS, strangers } from './instances.ts'
import { flood, trickle } from './phases.ts'
import { nothingPoured } from './pour.ts'
import { rateOf } from './rate.ts'
import { judge } from './verdict.ts'

/** The least that is allowed: the dialog cools in as short a time as there is. */
const FILL_SECONDS = 20

/** @throws Error that says what was not as promised */
export const torrent = async (ground: { variables: Record<string, string> }, say: Say) => {
  const variables = { ...process.env, ...ground.variables }
  const perSecond = await progress(say, `finding the rate of ${SENDERS} senders`, rateOf(variables))
  // One lane is full in a second, where five would be fast enough to double: four are about what it needs.
  const rows = Math.max(2, perSecond)
  say(
    `${perSecond} messages/s into one lane; bucketRows is ${rows} from here on, fillSeconds ${FILL_SECONDS}`,
  )
  const said: Said = new Map()
  const quiet = { ...variables, FILL_SECONDS: String(FILL_SECONDS) }
  const hot = { ...quiet, BUCKET_ROWS: String(rows) }
  const pair = strangers()
  const instances = await openInstances(hot, pair, said)
  const run = { instances, pair, poured: nothingPoured(), fillSeconds: FILL_SECONDS, beganMs: Date.now() }
  say(`\ntorrent: ${SENDERS} senders over ${instances.length} instances, each as fast as it is answered`)
  const carried = await flood(run, say)
  say(`the torrent is over: ${Math.round(carried)} messages/s, at which one lane fills in`)
  say(`${(rows / carried).toFixed(1)} s; a quarter of fillSeconds is ${FILL_SECONDS / 4} s`)
  // With so few rows a bucket even a trickle would be full now and then, and begin anew with the lanes it has.
  const others = await openInstances(quiet, pair, said)
  await trickle({ ...run, instances: others }, say)
  const readers = await openInstances(quiet, pair, said)
  const flaws = await judge(run, readers, said, quiet, say)
  await closeAll([...instances, ...others, ...readers])
  if (flaws.length > 0) throw new Error(`not as promised:\n${flaws.map((flaw) => `- ${flaw}`).join('\n')}`)
  say('everything acknowledged is listed once, in order, both ways; one row an opening; grown, and cooled')
}
