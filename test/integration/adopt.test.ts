import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { adopt } from '../../bin/adopt.ts'
import { emptyBucketMemory } from '../../lib/buckets/memory.ts'
import { readHead } from '../../lib/buckets/plan.ts'
import { readDatabaseConfig } from '../../lib/config/database.ts'
import { listDialogs } from '../../lib/inbox/list.ts'
import { OVERFLOW } from '../../lib/inbox/overflow.ts'
import { inboxIdOf, type UserId } from '../../lib/model/ids.ts'
import type { InboxCursor } from '../../lib/model/operations.ts'
import { connect } from '../../lib/store/scylla/connect.ts'
import { type Bucket, GENESIS } from '../../lib/timeline/bucket.ts'
import { lanesOf } from '../../lib/timeline/merge.ts'
import { timeBucketOf } from '../../lib/timeline/timeline.ts'
import { a_database_from_before, FRIENDS } from '../world/before-inboxes.ts'
import { a_command } from '../world/command.ts'

/** Fewer than a celebrity has. */
const GENESIS_ROWS = 40
const LIMITS = [20, 7, 100]

let world: Awaited<ReturnType<typeof a_database_from_before>>
beforeAll(async () => {
  world = await a_database_from_before()
})
afterAll(() => world.close())

const walk = async (caller: UserId, limit: number): Promise<UserId[]> => {
  const found: UserId[] = []
  let cursor: InboxCursor | undefined
  do {
    const page = await listDialogs({ caller, limit, ...(cursor && { cursor }) }, world.context())
    found.push(...page.dialogs.map((dialog) => dialog.with))
    cursor = page.next
  } while (cursor)
  return found
}
const expect_everybody_to_find_each_dialog_once = async () => {
  const left = [...world.peers].entries()
  const look = async () => {
    for (const [index, [person, peers]] of left)
      expect((await walk(person, LIMITS[index % LIMITS.length] as number)).sort()).toEqual([...peers].sort())
  }
  await Promise.all(Array.from({ length: 8 }, look))
}

const dialogs = () => {
  const each = [...world.peers].map(([person, peers]) => peers.size + (peers.has(person) ? 1 : 0))
  return each.reduce((sum, count) => sum + count, 0) / 2
}

/** All that the command writes. */
const written = async () => {
  const config = readDatabaseConfig(world.variables)
  const database = await connect(config, config.keyspace)
  const define = database.throughOneCoordinator()
  const read = async (table: string) => (await define(`SELECT JSON * FROM ${table}`)).rows
  const rows = [...(await read('inbox')), ...(await read('buckets'))]
  await database.close()
  return rows.map((row) => JSON.stringify(row)).sort()
}

/** Until it is interrupted, if at all. */
const adopted = async (args: string[], interruptedAfterMs?: number) => {
  const said: string[] = []
  const signal =
    interruptedAfterMs === undefined ? new AbortController().signal : AbortSignal.timeout(interruptedAfterMs)
  const around = { say: (line: string) => void said.push(line), signal, genesisRows: GENESIS_ROWS }
  const failure = await adopt(args, world.variables, around).catch((error: Error) => error)
  return { said, failure }
}

describe('npm run migrate -- inbox, on a real database,', () => {
  test('is needed: only what this version has written to is listed before', async () => {
    expect(await walk(world.celebrity, 100)).toEqual([])
    expect(await walk(world.listedNewer, 100)).toEqual([world.other])
    expect(await walk(world.selfListed, 100)).toEqual([world.selfListed])
  })

  test('continues after an interruption, while people write, until each dialog is found once in a walk', async () => {
    let isOver = false
    const people_write = async () => {
      const memory = emptyBucketMemory()
      while (!isOver) {
        const to = Math.random() < 0.1 ? world.celebrity : world.anybody()
        await world.send(world.anybody(), to, memory)
      }
    }
    const writing = people_write()
    const first = await adopted(['--per-second=600'], 2_000)
    const [, again, pace] =
      /^interrupted after [\d,]+ dialogs; to continue: npm run migrate -- inbox (--from=\S+) (--per-second=600)$/.exec(
        first.failure?.message ?? '',
      ) ?? []
    const second = await adopted([again as string, pace as string])
    isOver = true
    await writing
    expect(second.failure).toBeUndefined()
    expect(second.said.at(-1)).toMatch(/^100 %: [\d,]+ dialogs listed$/)
    await expect_everybody_to_find_each_dialog_once()
  })

  test('fills genesis up to its limit, and keeps the rest out of the head', async () => {
    const rows_in = async (bucket: Bucket) =>
      (await world.context().store.listingsAfter(inboxIdOf(world.retired), bucket, '', 1_000)).rows.length
    expect(await rows_in(GENESIS)).toBe(GENESIS_ROWS)
    const lanes = lanesOf(timeBucketOf(OVERFLOW)).map(({ bucket }) => rows_in(bucket))
    expect((await Promise.all(lanes)).reduce((sum, rows) => sum + rows)).toBe(FRIENDS + 1 - GENESIS_ROWS)
    for (const user of [world.retired, world.celebrity]) {
      const head = (await readHead(inboxIdOf(user), world.context())).head ?? []
      expect(head).toHaveLength(4)
      expect(head.every(({ bucket }) => bucket > OVERFLOW)).toBe(true)
      const [oldest] = (await world.context().store.bucketsAbove(inboxIdOf(user), GENESIS, 9)).rows
      expect(oldest).toEqual({ bucket: OVERFLOW, visibleFromMs: expect.any(Number) })
    }
  })

  test('changes nothing when it is run again and nobody writes, and no dialog is found twice', async () => {
    // The first of these may raise dialogs that were written to a moment ago.
    await adopted([])
    const before = await written()
    expect(await adopted([])).toEqual({
      said: expect.arrayContaining([`100 %: ${dialogs().toLocaleString('en')} dialogs listed`]),
      failure: undefined,
    })
    const after = await written()
    expect(after.filter((row) => !before.includes(row)).length).toBe(0)
    expect(after).toHaveLength(before.length)
    await expect_everybody_to_find_each_dialog_once()
  })

  test('ends at Ctrl-C with the command that continues, as a person runs it', async () => {
    const { NODE_OPTIONS: _ours, ...env } = { ...process.env, ...world.variables }
    const run = (...args: string[]) => a_command(['run', '-s', 'migrate', '--', 'inbox', ...args], env)
    const slow = run('--per-second=50')
    await slow.says('%: ')
    slow.interrupt()
    slow.interrupt()
    expect(await slow.ended).not.toBe(0)
    const [, from] =
      /^error: interrupted after \d+ dialogs; to continue: npm run migrate -- inbox (--from=\S+) /m.exec(
        slow.output(),
      ) ?? []
    const rest = run(from as string, '--per-second=10000')
    expect(await rest.ended).toBe(0)
    expect(rest.output()).toMatch(/^100 %: [\d,]+ dialogs listed$/m)
  })

  test.each<[string, string[], Record<string, string>]>([
    ['--from must be a token', ['--from=9223372036854775808'], {}],
    ['--from must be a token', ['--from=here'], {}],
    ['--per-second must be a number above 0', ['--per-second=0'], {}],
    ['usage: npm run migrate -- inbox', ['everything'], {}],
    ['cannot connect to the database', [], { CQL_KEYSPACE: 'nowhere' }],
  ])('ends with a message: %s', async (words, args, more) => {
    const around = { say: () => undefined, signal: new AbortController().signal }
    await expect(adopt(args, { ...world.variables, ...more }, around)).rejects.toThrow(words)
  })

  test('is the only thing besides the schema that can be migrated', async () => {
    const { NODE_OPTIONS: _ours, ...env } = { ...process.env, ...world.variables }
    const command = a_command(['run', '-s', 'migrate', '--', 'everything'], env)
    expect(await command.ended).toBe(1)
    expect(command.output()).toBe('error: usage: npm run migrate [-- inbox]')
  })

  test('has nothing to do for an embedded store, and says so', async () => {
    const said: string[] = []
    const around = { say: (line: string) => void said.push(line), signal: new AbortController().signal }
    await adopt([], { EMBEDDED_STORE: 'file' }, around)
    expect(said).toEqual([expect.stringContaining('nothing to do')])
  })
})
