/** What a page of an inbox costs, by how many dialogs a person has and how far down the page is. */
import { join } from 'node:path'
import { median } from 'd3-array'
import { runningOn } from '../../../dev/database/cassandra/running.ts'
import { progress, type Say } from '../../../dev/progress.ts'
import { emptyBucketMemory } from '../../../lib/buckets/memory.ts'
import { openLog } from '../../../lib/log.ts'
import type { UserId } from '../../../lib/model/ids.ts'
import { processorUsOf } from '../../kit/processes.ts'
import { table, whole } from '../../kit/tables.ts'
import type { World } from '../../kit/world.ts'
import { type Figures, inTurns, measure, type Operation } from '../contest.ts'
import { type Instance, openInstance } from '../torrent/instances.ts'
import { fill } from './fill.ts'
import { type MadeInbox, makeInbox } from './made.ts'
import { noReads, type Reads } from './reads.ts'

export const MANY_DIALOGS = 1_000_000
const PAGE = 20
const SEVERAL = 10_000
const SMALLER = [10, PAGE, SEVERAL]
const ROUNDS = 10
const SECONDS = 1
const WARM_UP_SECONDS = 3
const TARGET = 1.5

/** A page: the dialogs below this number, `PAGE` of them or all that there are. */
type Contest = { inbox: MadeInbox; name: string; below: number }
/** Of each page, in microseconds. */
type Cost = Figures & { processorUs: number; databaseUs: number }

/** @throws Error when a page shows other dialogs than it should */
export const inbox = async ({ variables, directory }: World, dialogs: number, say: Say): Promise<void> => {
  const database = await runningOn(join(directory, 'database'))
  const instance = openInstance({ ...process.env, ...variables }, openLog({ write: say }))
  const contests = await fillAll(instance, [...new Set([...SMALLER, dialogs])], say)
  const reads = new Map<Contest, Reads>()
  for (const contest of contests) reads.set(contest, await check(instance, contest))
  const asked = Object.fromEntries(contests.map((contest, index) => [index, asking(instance, contest)]))
  const warmingUp = inTurns(asked, 1, (operation) => measure(operation, 1, WARM_UP_SECONDS))
  await progress(say, 'warming up', warmingUp)
  const racing = inTurns(asked, ROUNDS, (operation) => costOf(operation, database?.pid))
  const costs = await progress(say, `${ROUNDS} rounds of ${SECONDS} s, in turn`, racing)
  await instance.close()
  const found = contests.map((contest, index) => ({
    ...contest,
    reads: reads.get(contest) as Reads,
    costs: costs[index] as Cost[],
  }))
  say(`
Pages of ${PAGE} dialogs, one after the other, by the use case in this process: no HTTP. Without memory of an earlier page.
Each person's dialogs have one message, half of them unread. Ratios of p50 beside a person with ${PAGE} dialogs, whose
page is as long, and beside the same page of ${whole(SEVERAL)}: medians of ${ROUNDS} rounds in turn. Target: ${TARGET} beside ${PAGE}.
Only the dialogs of these pages have messages; every dialog has its row in the inbox.
`)
  say(tableOf(found))
}

const fillAll = async (instance: Instance, sizes: number[], say: Say): Promise<Contest[]> => {
  const contests: Contest[] = []
  for (const dialogs of sizes) {
    const person = `person-${Date.now().toString(36)}-${dialogs}` as UserId
    const made = makeInbox(person, dialogs, Date.now())
    const own = contestsOf(made)
    const isShown = (dialog: number) => own.some(({ below }) => dialog < below && dialog >= below - PAGE)
    const began = performance.now()
    const filling = fill(made, isShown, instance.store, say)
    const statements = await progress(say, `filling an inbox of ${dialogs} dialogs`, filling)
    const rate = statements / ((performance.now() - began) / 1000)
    say(`${statements} statements, ${whole(rate)}/s; ${made.opened.length} time buckets beside genesis`)
    contests.push(...own)
  }
  return contests
}

const contestsOf = (made: MadeInbox): Contest[] => {
  const newest = { inbox: made, name: 'newest', below: made.dialogs }
  if (made.dialogs <= PAGE) return [newest]
  const middle = { inbox: made, name: 'middle', below: Math.floor(made.dialogs / 2) }
  return [newest, middle, { inbox: made, name: 'last', below: PAGE }]
}

const pageOf = (instance: Instance, { inbox: made, below }: Contest, reads = noReads()) =>
  instance.dialogs(
    {
      caller: made.person,
      limit: PAGE,
      ...(below < made.dialogs && { cursor: { below: made.idOf(below) } }),
    },
    emptyBucketMemory(64),
    reads,
  )

/** What the page reads. @throws Error when it is not the right one */
const check = async (instance: Instance, contest: Contest): Promise<Reads> => {
  const reads = noReads()
  const { dialogs } = await pageOf(instance, contest, reads)
  const { inbox: made, below } = contest
  const expected = Array.from({ length: Math.min(PAGE, below) }, (_, index) => made.peerOf(below - 1 - index))
  const shown = dialogs.map((dialog) => dialog.with)
  if (shown.join() !== expected.join())
    throw new Error(`the ${contest.name} page of ${made.dialogs} dialogs shows ${shown}, not ${expected}`)
  return reads
}

const asking =
  (instance: Instance, contest: Contest): Operation =>
  async () => {
    const { dialogs } = await pageOf(instance, contest)
    if (dialogs.length !== Math.min(PAGE, contest.below)) throw new Error(`${dialogs.length} dialogs`)
  }

const costOf = async (operation: Operation, databasePid: number | undefined): Promise<Cost> => {
  const databaseUs = () => (databasePid ? processorUsOf(databasePid) : Number.NaN)
  const [before, databaseBefore] = [process.cpuUsage(), databaseUs()]
  const figures = await measure(operation, 1, SECONDS)
  const { user, system } = process.cpuUsage(before)
  const of = (us: number) => us / figures.count
  return { ...figures, processorUs: of(user + system), databaseUs: of(databaseUs() - databaseBefore) }
}

type Found = Contest & { reads: Reads; costs: Cost[] }

const HEAD = [
  ...['page', 'dialogs', 'p50 ms', 'p99 ms', `: ${PAGE} dialogs`, `: ${whole(SEVERAL)} dialogs`, 'target'],
  ...['processor us', 'database us', 'statements', 'inbox partitions', 'inbox rows', 'index rows'],
]

const tableOf = (found: Found[]): string => {
  const few = found.find(({ inbox: { dialogs } }) => dialogs === PAGE)
  const rows = found.map((one) => {
    const { inbox: made, name, reads, costs } = one
    const several = found.find((other) => other.inbox.dialogs === SEVERAL && other.name === name)
    const [besideFew, besideSeveral] = [beside(costs, few?.costs ?? []), beside(costs, several?.costs ?? [])]
    const of = (figure: keyof Cost) => Number(median(costs, (cost) => cost[figure]))
    return [
      ...[name, whole(made.dialogs), of('p50Ms').toFixed(2), of('p99Ms').toFixed(2)],
      ...[besideFew.toFixed(2), besideSeveral.toFixed(2), besideFew > TARGET ? '**missed**' : 'met'],
      ...[whole(of('processorUs')), whole(of('databaseUs'))],
      ...[reads.statements, reads.partitions, reads.rows, reads.indexRows],
    ]
  })
  return table(HEAD, rows)
}

/** The median over the rounds of the ratio of p50. */
const beside = (mine: Cost[], others: Cost[]): number =>
  Number(median(mine, ({ p50Ms }, round) => p50Ms / Number(others[round]?.p50Ms)))
