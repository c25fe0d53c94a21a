/** Reads a dialog back whole through instances without memory of it: what is there, and what is wrong. */
import { sum } from 'd3-array'
import { readPartition } from '../../../dev/inspect/partition.ts'
import { progress, type Say } from '../../../dev/progress.ts'
import { startCall } from '../../../lib/call.ts'
import { readDatabaseConfig } from '../../../lib/config/database.ts'
import type { Environment } from '../../../lib/config/environment.ts'
import { type DialogId, dialogIdOf, type MessageId } from '../../../lib/model/ids.ts'
import type { Message } from '../../../lib/model/message.ts'
import { connect } from '../../../lib/store/scylla/connect.ts'
import type { Execute } from '../../../lib/store/scylla/statement.ts'
import { type Bucket, bucketOfLane, GENESIS, openingOf } from '../../../lib/timeline/bucket.ts'
import { type Direction, issuesOfListing } from '../../checker/check.ts'
import { walkDown, walkUp } from '../../checker/walk.ts'
import { table } from '../../kit/tables.ts'
import { type Instance, openingsOf, type Pair, type Poured, type Said } from './instances.ts'

const PAGES = [200, 50, 200, 7]
const STATEMENT_MS = 5_000
/** This many lanes are several; this many openings are a few: 1 -> 2 -> 4 lanes, with one opening to spare at each step. */
export const SEVERAL_LANES = 4
const A_FEW_OPENINGS = 6

/** `rows` of one time bucket, by lane, from 0 on. */
export type Held = { bucket: Bucket; rows: number[] }

/** What is wrong, in words. @param readers instances that have taken no part */
export const judge = async (
  { pair, poured }: { pair: Pair; poured: Poured },
  readers: Instance[],
  said: Said,
  variables: Environment,
  say: Say,
): Promise<string[]> => {
  const dialog = dialogIdOf(pair.from, pair.to)
  const opened = openingsOf(poured)
  const indexed = (await (readers[0] as Instance).index(dialog)).map(({ bucket }) => bucket)
  const all = [...new Set([GENESIS, ...opened, ...indexed])].sort((a, b) => a - b)
  show(await progress(say, 'counting rows', countRows(variables, dialog, all)), poured, say)
  const walk = { instances: readers, pair, limits: PAGES }
  const down = await progress(say, 'reading all of it downwards', walkDown(walk))
  const up = await progress(say, 'reading all of it upwards', walkUp(walk))
  const { acknowledged, inDoubt, refused } = poured
  say(`\n${acknowledged.size} acknowledged, ${inDoubt.size} in doubt, ${refused} refused`)
  say(`listed downwards: ${down.length}, upwards: ${up.length}`)
  say(`${opened.length} openings, ${indexed.length} rows in the index`)
  for (const [words, times] of said) say(`in the log, ${times} times, ${words}`)
  return [
    ...issuesOfWalk(down, 'downwards', acknowledged.keys(), pair, poured),
    ...issuesOfWalk(up, 'upwards', acknowledged.keys(), pair, poured),
    ...issuesOfCourse({
      opened,
      indexed,
      inDoubt: said.get('warn: the next time bucket was not opened') ?? 0,
    }),
    ...[...said.keys()].filter((words) => words.startsWith('error')),
  ]
}

/**
 * In words, a line for each kind of issue; `expected` must be listed. Other acknowledged messages, and those in doubt,
 * may be listed.
 */
export const issuesOfWalk = (
  listed: Message[],
  direction: Direction,
  expected: Iterable<MessageId>,
  pair: Pair,
  { acknowledged, inDoubt }: Poured,
): string[] => {
  const mustBeListed = new Set(expected)
  const known = [
    ...[...acknowledged].map(([id, text]) => ({ ...pair, text, told: { ...pair, id, text } })),
    ...[...inDoubt].map((text) => ({ ...pair, text, told: undefined })),
  ]
  const issues = issuesOfListing(direction, listed, known).filter(
    ({ kind, id }) => kind !== 'lost' || mustBeListed.has(id),
  )
  return [...Map.groupBy(issues, ({ kind }) => kind)].map(
    ([kind, all]) => `${direction}, ${all.length} ${kind}, the first ${all[0]?.id}`,
  )
}

export type Course = {
  /** As their senders were told, oldest first. */
  opened: Bucket[]
  /** Rows of the index, in any order. */
  indexed: Bucket[]
  /** Openings that failed or are in doubt: their rows may be there. */
  inDoubt: number
}

export const lanesOf = (bucket: Bucket): number => openingOf(bucket).lanes

/** A dialog that was hot and became quiet grows, cools, and has a row for each opening. In words; none when all is well. */
export const issuesOfCourse = ({ opened, indexed, inDoubt }: Course): string[] => {
  const first = opened.slice(0, A_FEW_OPENINGS).map(lanesOf)
  const last = opened.at(-1)
  const withoutRow = opened.filter((bucket) => !indexed.includes(bucket))
  const withoutOpening = indexed.filter((bucket) => !opened.includes(bucket))
  return [
    Math.max(0, ...first) < SEVERAL_LANES &&
      `fewer than ${SEVERAL_LANES} lanes within ${A_FEW_OPENINGS} openings: ${first.join(', ') || 'none opened'}`,
    last !== undefined && lanesOf(last) > 1 && `not cooled: ${lanesOf(last)} lanes at the end`,
    withoutRow.length > 0 &&
      `${withoutRow.length} openings without a row in the index: ${withoutRow.join(', ')}`,
    withoutOpening.length > inDoubt &&
      `${withoutOpening.length} rows in the index without an opening: ${withoutOpening.join(', ')}`,
    new Set(indexed).size < indexed.length && 'a row is in the index twice',
  ].filter((issue) => issue !== false)
}

/** How many rows the partitions of a dialog hold, time bucket by time bucket. */
export const countRows = async (
  variables: Environment,
  dialog: DialogId,
  timeBuckets: Bucket[],
): Promise<Held[]> => {
  const config = readDatabaseConfig({ ...process.env, ...variables })
  const database = await connect(config, config.keyspace)
  const execute: Execute = (...statement) => database.within(startCall(STATEMENT_MS))(...statement)
  const held: Held[] = []
  try {
    for (const bucket of timeBuckets) {
      const lanes = Array.from({ length: openingOf(bucket).lanes }, (_, lane) => bucketOfLane(bucket, lane))
      const counted = await Promise.all(lanes.map((lane) => readPartition(dialog, lane, execute)))
      held.push({ bucket, rows: counted.map(({ rows }) => rows) })
    }
  } finally {
    await database.close()
  }
  return held
}

const show = (held: Held[], { opened }: Poured, say: Say) => {
  const firstAt = openingOf(held[1]?.bucket ?? GENESIS).openedAtSeconds
  const rows = held.map(({ bucket, rows: sizes }) => [
    bucket === GENESIS ? 'genesis' : openingOf(bucket).openedAtSeconds - firstAt,
    ...[sizes.length, opened.get(bucket) ?? '', sum(sizes), Math.max(...sizes), Math.min(...sizes)],
  ])
  const head = ['opened at, s', 'lanes', 'by senders', 'rows', 'largest partition', 'smallest']
  say(`\n${table(head, rows)}`)
  const sizes = held.flatMap((one) => one.rows)
  say(`\n${sizes.length} partitions, the largest of ${Math.max(...sizes)} rows\n`)
}
