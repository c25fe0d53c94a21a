import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { inspect } from '../../dev/inspect.ts'
import { startCall } from '../../lib/call.ts'
import { readDatabaseConfig } from '../../lib/config/database.ts'
import { dialogIdOf, messageIdAt, type UserId } from '../../lib/model/ids.ts'
import { storeOn } from '../../lib/store/open.ts'
import { connect, type Database } from '../../lib/store/scylla/connect.ts'
import { type Bucket, bucketOf, bucketOfLane, GENESIS } from '../../lib/timeline/bucket.ts'
import * as given from '../sentences/given.ts'
import * as when from '../sentences/when.ts'
import { a_command } from '../world/command.ts'
import { a_service_on_the_database } from '../world/keyspace.ts'

const AT_MS = Date.parse('2026-01-02T03:04:00.000Z')
const HASTY = { BUCKET_ROWS: '2', BUCKET_BYTES: '65536', FILL_SECONDS: '20' }
let setting: Awaited<ReturnType<typeof a_service_on_the_database>>
let database: Database
const store = () => storeOn(database.within(startCall(30_000)))

beforeAll(async () => {
  setting = await a_service_on_the_database(HASTY)
  const config = readDatabaseConfig(setting.variables)
  database = await connect(config, config.keyspace)
})
afterAll(async () => {
  await database.close()
  await setting.close()
})

const two_people = () => {
  const [alice, bob] = [`alice-${randomUUID()}` as UserId, `bob-${randomUUID()}` as UserId]
  return { alice, bob, dialog: dialogIdOf(alice, bob) }
}
type TwoPeople = ReturnType<typeof two_people>

const message_in = (bucket: Bucket, afterSeconds: number, { alice, bob, dialog }: TwoPeople) =>
  store().insertMessage(dialog, bucket, {
    id: messageIdAt(AT_MS + afterSeconds * 1000, Buffer.from(randomUUID())),
    from: alice,
    to: bob,
    text: 'a very private text',
  })

const time_bucket = async (atMs: number, lanes: number, { dialog }: TwoPeople, isVisible = true) => {
  const bucket = bucketOf({ openedAtSeconds: atMs / 1000, lanes })
  await store().insertBucket(dialog, bucket)
  if (isVisible) await store().setVisibleFrom(dialog, bucket, atMs + 250)
  return bucket
}

/** What it prints, without the clock and the nodes, which differ from run to run. */
const inspected = async (typed: string[], variables: Record<string, string> = {}) => {
  const said: string[] = []
  await inspect(typed, { ...setting.variables, ...variables }, (line) => said.push(line))
  return said
    .join('\n')
    .replace(/(clock says ).*/, '$1...')
    .replaceAll(/(, on )[\d., ]+/g, '$1...')
    .split('\n')
}

describe('npm run inspect', () => {
  test('prints the timeline down to genesis, with the rows of each partition, and no text', async () => {
    const people = two_people()
    const { alice, bob, dialog } = people
    const older = await time_bucket(AT_MS, 1, people)
    const newer = await time_bucket(AT_MS + 10_000, 4, people)
    for (const second of [-9, -8, -7]) await message_in(GENESIS, second, people)
    for (const second of [1, 2]) await message_in(older, second, people)
    for (const lane of [1, 2, 3])
      for (let second = 1; second <= lane; second += 1)
        await message_in(bucketOfLane(newer, lane), 10 + second, people)
    const printed = await inspected([bob, alice])
    expect(printed[0]).toContain(`keyspace ${setting.variables['CQL_KEYSPACE']} at `)
    expect(printed[0]).toContain("; replicas by the driver's ring")
    expect(printed.slice(1)).toEqual([
      `dialog ${dialog.toString('hex')}`,
      `  inbox of ${bob}: not listed; nothing marked as read`,
      `  inbox of ${alice}: not listed; nothing marked as read`,
      "2 time buckets and genesis, newest first; the database's clock says ...",
      '',
      `time bucket ${newer}: opened 2026-01-02T03:04:10.000Z, visible from 2026-01-02T03:04:10.250Z, 4 lanes`,
      '  covers 2026-01-02T03:04:10.000Z .. no end',
      `  lane 0, partition ${newer}: 0 rows, on ...`,
      `  lane 1, partition ${newer + 1}: 1 row, 2026-01-02T03:04:11.000Z .. 2026-01-02T03:04:11.000Z, on ...`,
      `  lane 2, partition ${newer + 2}: 2 rows, 2026-01-02T03:04:11.000Z .. 2026-01-02T03:04:12.000Z, on ...`,
      `  lane 3, partition ${newer + 3}: 3 rows, 2026-01-02T03:04:11.000Z .. 2026-01-02T03:04:13.000Z, on ...`,
      '',
      `time bucket ${older}: opened 2026-01-02T03:04:00.000Z, visible from 2026-01-02T03:04:00.250Z, 1 lane`,
      '  covers 2026-01-02T03:04:00.000Z .. 2026-01-02T03:04:11.751Z',
      `  lane 0, partition ${older}: 2 rows, 2026-01-02T03:04:01.000Z .. 2026-01-02T03:04:02.000Z, on ...`,
      '',
      'time bucket 0: genesis, without a row, 1 lane',
      '  covers the beginning .. 2026-01-02T03:04:01.751Z',
      '  lane 0, partition 0: 3 rows, 2026-01-02T03:03:51.000Z .. 2026-01-02T03:03:53.000Z, on ...',
      '',
      'nothing out of the ordinary',
    ])
  })

  test('run as a person runs it, shows the time bucket that a send has opened according to the log', async () => {
    const alice = await given.a_stranger(setting.credentials, 'alice')
    const opened = () => /"opened":(\d+)/.exec(setting.lines.join(''))?.[1]
    for (let sends = 0; sends < 64 && !opened(); sends += 1)
      await when.they_send(setting.service, alice, alice, 'a very private text')
    expect(opened()).toBeDefined()
    const { NODE_OPTIONS: _ours, ...env } = { ...process.env, ...setting.variables }
    const command = a_command(['run', '-s', 'inspect', '--', alice.id, alice.id], env)
    const [code, said] = [await command.ended, command.output()]
    expect(said).toContain(`\ntime bucket ${opened()}: opened `)
    expect(said).toMatch(/ lane 0, partition 0: \d+ rows?, .*, on \d+\.\d+\.\d+\.\d+/)
    expect(said).not.toContain('private')
    expect(code).toBe(0)
  })

  test('reports what is out of the ordinary', async () => {
    const people = two_people()
    const aheadMs = Math.ceil(Date.now() / 1000) * 1000 + 3_600_000
    const older = await time_bucket(AT_MS, 1, people)
    const newest = await time_bucket(aheadMs, 1, people, false)
    await message_in(GENESIS, 60, people)
    await message_in(older, 60, people)
    const printed = await inspected([people.alice, people.bob])
    expect(printed).toContain(
      `time bucket ${newest}: opened ${new Date(aheadMs).toISOString()}, no visible_from, 1 lane`,
    )
    expect(printed.slice(printed.indexOf('out of the ordinary:') + 1)).toEqual([
      expect.stringMatching(`^  time bucket ${newest} opens in 3\\d\\d\\d s, by a clock that was ahead`),
      expect.stringContaining(`time bucket ${newest}, the newest, has no visible_from`),
      expect.stringContaining('partition 0 has messages outside of what its time bucket covers'),
    ])
  })

  test('shows the ten newest of many time buckets, says how many it leaves out, and ends with genesis', async () => {
    const people = two_people()
    const all: Bucket[] = []
    for (let minute = 1; minute <= 12; minute += 1)
      all.unshift(await time_bucket(AT_MS + minute * 60_000, 1, people))
    const printed = await inspected([people.alice, people.bob])
    expect(printed[4]).toMatch(/^12 time buckets and genesis, newest first;/)
    const shown = printed.flatMap((line) => /^time bucket (\d+):/.exec(line)?.[1] ?? [])
    expect(shown.map(Number)).toEqual([...all.slice(0, 10), GENESIS])
    expect(printed).toContain(
      '2 older time buckets left out, opened 2026-01-02T03:05:00.000Z .. 2026-01-02T03:06:00.000Z',
    )
  })

  test('finds the database of a running npm start by itself', async () => {
    const { contactPoints, port } = readDatabaseConfig(setting.variables)
    const directory = await mkdtemp(join(tmpdir(), 'dialogs-inspect-'))
    await mkdir(join(directory, 'database'))
    const started = { rpc_address: contactPoints.join(), native_transport_port: port }
    await writeFile(join(directory, 'database', 'cassandra.yaml'), JSON.stringify(started))
    const people = two_people()
    await message_in(GENESIS, 0, people)
    const said: string[] = []
    const env = { ...setting.variables, CQL_CONTACT_POINTS: '', CQL_PORT: '1', LOCAL_DIRECTORY: directory }
    await inspect([people.alice, people.bob], env, (line) => said.push(line))
    expect(said.at(-1)).toBe('\nnothing out of the ordinary')
    await rm(directory, { recursive: true })
  })

  const USAGE = 'usage: npm run inspect -- <user id> [<user id>]'
  test.each<[string, string[], Record<string, string>]>([
    [USAGE, [], {}],
    [USAGE, ['alice', 'bob', 'carol'], {}],
    ['user id ".." must be 1..128 characters', ['alice', '..'], {}],
    ['user id "" must be 1..128 characters', ['', 'bob'], {}],
    ['no such dialog: genesis only, and no message in it', ['alice', `nobody-${randomUUID()}`], {}],
    ['cannot open keyspace nowhere', ['alice', 'bob'], { CQL_KEYSPACE: 'nowhere' }],
    ['cannot read the schema of keyspace system', ['alice', 'bob'], { CQL_KEYSPACE: 'system' }],
  ])('ends with a message: %s', async (words, typed, variables) => {
    await expect(inspected(typed, variables)).rejects.toThrow(words)
  })

  test('reports the error of a node that cannot be reached', async () => {
    const cause = expect.objectContaining({
      message: expect.stringMatching(/^connect ECONNREFUSED [\d.]+:1$/),
    })
    const message = expect.stringMatching(/^cannot open keyspace test_/)
    await expect(inspected(['alice', 'bob'], { CQL_PORT: '1' })).rejects.toMatchObject({ message, cause })
  })
})
