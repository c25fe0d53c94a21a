/** Processor time of sends to dialogs that rest between messages, beside another commit: what listing them costs. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { median, range } from 'd3-array'
import { runningOn } from '../../dev/database/cassandra/running.ts'
import { progress, type Say } from '../../dev/progress.ts'
import type { UserId } from '../../lib/model/ids.ts'
import { processorUsOf } from '../kit/processes.ts'
import { table, whole } from '../kit/tables.ts'
import { worktreeOf } from './beside.ts'
import { anyStranger, MOST_CALLERS, type Setting } from './setting.ts'

/** Five messages a minute, of both people: more apart than W, so that each lists its dialog again. */
const APART_SECONDS = 12
/** Half of the time for each commit: the other's sends fall into the other half. */
const SECONDS = APART_SECONDS / 2
const PER_SECOND = 100
const ROUNDS = 5

type Served = Awaited<ReturnType<Setting['serve']>>
/** Of each send, in microseconds. */
type Cost = { serviceUs: number; databaseUs: number }

/** Whom the n-th send of a round goes to, and the most that it should cost beside the other commit. */
const KINDS: Record<string, { target: number; to: (send: number) => UserId }> = {
  'first message of a dialog': { target: 2, to: anyStranger },
  [`a message each ${APART_SECONDS} s`]: { target: 1.3, to: (send) => `talker-${send}` as UserId },
  'several a second': { target: 1.3, to: (send) => `neighbour-${send % MOST_CALLERS}` as UserId },
}

/** @param ref a commit: its service runs from a worktree, on the same database, for dialogs of its own */
export const cold = async (ref: string, { directory, serve }: Setting, say: Say): Promise<void> => {
  const database = await runningOn(join(directory, 'database'))
  if (!database)
    throw new Error('the cost to the database is known only for one that this command has started')
  const here = await serve('here')
  const there = await serve('there', await worktreeOf(ref, directory))
  const rows: string[][] = []
  for (const [kind, { target, to }] of Object.entries(KINDS)) {
    const round = async () => ({
      here: await costOf(here, (send) => `here-${to(send)}` as UserId, database.pid),
      there: await costOf(there, (send) => `there-${to(send)}` as UserId, database.pid),
    })
    await progress(say, `${kind}: warming up`, round())
    const found: { here: Cost; there: Cost }[] = []
    for (const index of range(ROUNDS)) found.push(await progress(say, `${kind}: round ${index + 1}`, round()))
    const of = (figure: keyof Cost) => {
      const ratios = found.map((one) => one.here[figure] / one.there[figure])
      const ratio = median(ratios) ?? Number.NaN
      const [ours, theirs] = (['here', 'there'] as const).map((name) =>
        median(found, (one) => one[name][figure]),
      )
      const [least, most] = [Math.min(...ratios).toFixed(2), Math.max(...ratios).toFixed(2)]
      const met = ratio <= target ? 'met' : '**missed**'
      return [
        whole(Number(ours)),
        whole(Number(theirs)),
        `${ratio.toFixed(2)} (${least} - ${most})`,
        `${target}: ${met}`,
      ]
    }
    rows.push([kind, 'service', ...of('serviceUs')], ['', 'database', ...of('databaseUs')])
  }
  say(`
Processor time of a send, in us: medians of ${ROUNDS} rounds of ${SECONDS} s for each commit, in turn, at ${PER_SECOND}
sends a second through one instance. Ratio: median, with the lowest and highest.
`)
  say(table(['sends', 'of', 'here', ref, 'ratio', 'target'], rows))
}

/** Sends when they are due. */
const costOf = async (served: Served, to: (send: number) => UserId, databasePid: number): Promise<Cost> => {
  const before = [served.pid, databasePid].map(processorUsOf)
  const beganMs = performance.now()
  const count = PER_SECOND * SECONDS
  const sends: Promise<void>[] = []
  for (const send of range(count)) {
    const waitMs = beganMs + (send * 1000) / PER_SECOND - performance.now()
    if (waitMs > 0) await sleep(waitMs)
    sends.push(served.sendTo(send % MOST_CALLERS, to(send)))
  }
  await Promise.all(sends)
  const restMs = beganMs + SECONDS * 1000 - performance.now()
  if (restMs > 0) await sleep(restMs)
  const [serviceUs, databaseUs] = [served.pid, databasePid].map(
    (pid, index) => (processorUsOf(pid) - Number(before[index])) / count,
  )
  return { serviceUs: Number(serviceUs), databaseUs: Number(databaseUs) }
}
