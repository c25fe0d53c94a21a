import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Instance, nothingPoured, openInstance, pour } from '../../lab/bench/torrent/instances.ts'
import { countRows, issuesOfWalk } from '../../lab/bench/torrent/verdict.ts'
import { poll, walkDown, walkOutwards, walkUp } from '../../lab/checker/walk.ts'
import { openLog } from '../../lib/log.ts'
import { dialogIdOf, lowestIdAt, type MessageId, type UserId } from '../../lib/model/ids.ts'
import type { Message } from '../../lib/model/message.ts'
import { GENESIS, openingOf } from '../../lib/timeline/bucket.ts'
import { a_place_to_serve } from '../world/keyspace.ts'

/** A lane of 50 messages is full in far less than a quarter of 20 s, even on a busy machine. */
const HOT = { BUCKET_ROWS: '50', FILL_SECONDS: '20' }
const INSTANCES = 3
const SENDERS = 12
const OPENINGS = 6
const LANES = 4
const PAGES = [50, 7, 200, 1, 120]
const LIMIT_MS = 60_000
const WAYS = ['downwards', 'upwards', 'outwards'] as const
type Way = (typeof WAYS)[number]

describe('a dialog with many concurrent senders, through several instances on a real database,', () => {
  const pair = { from: `alice-${randomUUID()}` as UserId, to: `bob-${randomUUID()}` as UserId }
  const dialog = dialogIdOf(pair.from, pair.to)
  const poured = nothingPoured()
  const openings = () => [...poured.opened.keys()].sort((a, b) => a - b)
  const lanesOf = (bucket: number) => openingOf(bucket as never).lanes
  /** For each opening, the number of rows in each of its lanes. */
  const rowsByOpening = async () =>
    (await countRows(variables, dialog, [GENESIS, ...openings()])).map(({ rows }) => rows)
  const hasSeveralLanes = (rows: number[]) => rows.filter((lane) => lane > 0).length >= LANES
  /** What was listed during the writes, and what had been acknowledged before. */
  const walks: { listed: Message[]; way: Way; before: MessageId[] }[] = []
  const lines: string[] = []
  let variables: Record<string, string>
  let instances: Instance[]
  let polled: Message[]

  const walk = (way: Way) => {
    const all = { instances, pair, limits: PAGES }
    if (way === 'downwards') return walkDown(all)
    if (way === 'upwards') return walkUp(all)
    const acknowledged = [...poured.acknowledged.keys()]
    return walkOutwards(all, acknowledged[acknowledged.length >> 1] ?? lowestIdAt(Date.now()))
  }
  /** A walk outwards also returns the newest first. */
  const flaws = (listed: Message[], way: Way, expected: Iterable<MessageId>) =>
    issuesOfWalk(listed, way === 'upwards' ? way : 'downwards', expected, pair, poured)

  beforeAll(async () => {
    variables = (await a_place_to_serve(HOT)).variables
    const log = openLog({ write: (line) => void lines.push(line) })
    instances = Array.from({ length: INSTANCES }, () => openInstance(variables, log))
    const end = performance.now() + LIMIT_MS
    const isSpread = async () =>
      openings().length >= OPENINGS &&
      openings().some((one) => lanesOf(one) >= LANES) &&
      (await rowsByOpening()).some(hasSeveralLanes)
    let isOver = false
    let isWritten = false
    const polling = poll({ instances, pair, limits: [200] }, () => !isWritten)
    const writing = pour(instances, pair, SENDERS, () => !isOver, poured)
    while (performance.now() < end && !isOver) {
      const way = WAYS[walks.length % WAYS.length] as Way
      const before = [...poured.acknowledged.keys()]
      walks.push({ listed: await walk(way), way, before })
      isOver = walks.length >= WAYS.length && (await isSpread())
    }
    isOver = true
    await writing
    isWritten = true
    polled = await polling
  }, 2 * LIMIT_MS)
  afterAll(() => Promise.all(instances.map(({ close }) => close())))

  test('spreads over lanes within a few openings', () => {
    expect(lanesOf(openings()[0] ?? 0)).toBe(1)
    expect(Math.max(...openings().slice(0, OPENINGS).map(lanesOf))).toBeGreaterThanOrEqual(LANES)
  })

  test('has exactly one row in its index for each opening, visible to all', async () => {
    const rows = await (instances[0] as Instance).index(dialog)
    const indexed = rows.map(({ bucket }) => bucket)
    expect(indexed).toEqual([...new Set(indexed)])
    expect(openings().filter((bucket) => !indexed.includes(bucket))).toEqual([])
    // On a busy machine an opening may be in doubt: then its row may be there, and the log has a line about it.
    const inDoubt = lines.filter((line) => /was not (opened|set)/.test(line)).length
    expect(indexed.length - openings().length).toBeLessThanOrEqual(inDoubt)
    const hidden = rows.filter(({ visibleFromMs }) => visibleFromMs === undefined)
    expect(hidden.length).toBeLessThanOrEqual(inDoubt)
  })

  test('has its messages in many partitions, all of them in those of its timeline', async () => {
    const held = await rowsByOpening()
    expect(held.filter(hasSeveralLanes)).not.toEqual([])
    const stored = held.flat().reduce((sum, rows) => sum + rows, 0)
    expect(stored).toBeGreaterThanOrEqual(poured.acknowledged.size)
    expect(stored).toBeLessThanOrEqual(poured.acknowledged.size + poured.inDoubt.size)
  })

  test.each(WAYS)(
    'is listed completely, each message once and in order, %s, with pages of any size',
    async (way) => {
      expect(poured.acknowledged.size).toBeGreaterThan(OPENINGS * 50)
      expect(flaws(await walk(way), way, poured.acknowledged.keys())).toEqual([])
    },
  )

  test.each(WAYS)('showed, when listed %s while it grew, all that had been acknowledged before', (way) => {
    const mine = walks.filter((one) => one.way === way && one.before.length > 0)
    expect(mine.length).toBeGreaterThan(0)
    expect(mine.flatMap(({ listed, before }) => flaws(listed, way, before))).toEqual([])
  })

  test('was seen completely by a client that followed rel="prev" meanwhile', () => {
    const byId = polled.toSorted((one, other) => (one.id < other.id ? -1 : 1))
    expect(flaws(byId, 'upwards', poured.acknowledged.keys())).toEqual([])
  })
})
