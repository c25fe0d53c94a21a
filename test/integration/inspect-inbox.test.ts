import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { migrateTo } from '../../bin/migrate.ts'
import { inspect } from '../../dev/inspect.ts'
import { startCall } from '../../lib/call.ts'
import { dialogIdOf, inboxIdOf, lowestIdAt, type UserId } from '../../lib/model/ids.ts'
import { storeOn } from '../../lib/store/open.ts'
import { connect, type Database } from '../../lib/store/scylla/connect.ts'
import { type Bucket, bucketOf, bucketOfLane, GENESIS } from '../../lib/timeline/bucket.ts'
import { a_command } from '../world/command.ts'
import { a_keyspace } from '../world/keyspace.ts'

const AT_MS = Date.parse('2026-01-02T03:00:00.000Z')
const { variables, config } = a_keyspace()
let database: Database
const store = () => storeOn(database.within(startCall(30_000)))

beforeAll(async () => {
  await migrateTo({ ...process.env, ...variables }, () => undefined)
  database = await connect(config, config.keyspace)
})
afterAll(() => database.close())

const a_person = () => {
  const user = `alice-${randomUUID()}` as UserId
  return { user, inbox: inboxIdOf(user) }
}
type Person = ReturnType<typeof a_person>
/** Opened so many minutes after `AT_MS`, and visible a second later. */
const time_bucket = async (minutes: number, lanes: number, { inbox }: Person) => {
  const bucket = bucketOf({ openedAtSeconds: AT_MS / 1000 + minutes * 60, lanes })
  await store().insertBucket(inbox, bucket)
  await store().setVisibleFrom(inbox, bucket, AT_MS + minutes * 60_000 + 1_000)
  return bucket
}
const dialogs_in = async (bucket: Bucket, minutes: number[], { inbox }: Person) => {
  for (const minute of minutes)
    await store().putListing(
      inbox,
      bucket,
      { peer: `peer-${100 - minute}` as UserId, lastId: lowestIdAt(AT_MS + minute * 60_000) },
      false,
    )
}
/** What it prints, without the clock and the nodes, which differ from run to run. */
const inspected = async (...typed: string[]) => {
  const said: string[] = []
  await inspect(typed, { ...process.env, ...variables }, (line) => said.push(line))
  return said
    .join('\n')
    .replace(/(clock says ).*/, '$1...')
    .replaceAll(/(, on )[\d., ]+/g, '$1...')
    .split('\n')
}

describe('npm run inspect -- alice bob', () => {
  test('shows where the dialog is listed, and how far each of the two has read', async () => {
    const [{ user: alice, inbox }, bob] = [a_person(), `bob-${randomUUID()}` as UserId]
    const dialog = dialogIdOf(alice, bob)
    const bucket = bucketOf({ openedAtSeconds: AT_MS / 1000, lanes: 4 })
    const lastId = lowestIdAt(AT_MS + 1000)
    const [nothing, below] = ['nothing marked as read', 'under 2026-01-02T03:00:01.000Z']
    await store().insertMessage(dialog, GENESIS, { id: lastId, from: alice, to: bob, text: 'private' })
    await store().putListing(inboxIdOf(bob), GENESIS, { peer: alice, lastId }, true)
    await store().setListed(dialog, 'high', GENESIS)
    await store().setReadUpTo(dialog, 'high', lowestIdAt(AT_MS + 500))
    const both = async () => (await inspected(alice, bob)).slice(2, 4)
    const of_bob = `  inbox of ${bob}: listed in time bucket 0, ${below}; read up to 2026-01-02T03:00:00.500Z`
    expect(await both()).toEqual([`  inbox of ${alice}: not listed; ${nothing}`, of_bob])
    await store().setListed(dialog, 'low', bucket)
    const of_alice = `  inbox of ${alice}: listed in time bucket ${bucket}`
    expect(await both()).toEqual([`${of_alice}, where it has no row; ${nothing}`, of_bob])
    const lane = bucketOfLane(bucket, dialog.readUInt8(0) % 4)
    await store().putListing(inbox, lane, { peer: bob, lastId }, true)
    expect(await both()).toEqual([`${of_alice}, ${below}; ${nothing}`, of_bob])
  })

  test('says of a dialog with oneself only once where it is listed', async () => {
    const { user } = a_person()
    const message = { id: lowestIdAt(AT_MS), from: user, to: user, text: 'private' }
    await store().insertMessage(dialogIdOf(user, user), GENESIS, message)
    const lines = await inspected(user, user)
    expect(lines.filter((line) => line.includes('inbox of'))).toHaveLength(1)
  })
})

describe('npm run inspect -- alice', () => {
  test('prints the timeline of an inbox: what is in the head, what each can hold, and what was emptied', async () => {
    const person = a_person()
    const [b1, b2, b3, b4, b5] = [
      await time_bucket(1, 1, person),
      await time_bucket(2, 1, person),
      await time_bucket(3, 2, person),
      await time_bucket(4, 1, person),
      await time_bucket(5, 1, person),
    ]
    await dialogs_in(GENESIS, [-3, 2, -1], person)
    await dialogs_in(b2, [6], person)
    await store().removeListing(person.inbox, b2, 'peer-94' as UserId, lowestIdAt(AT_MS + 7 * 60_000))
    await dialogs_in(bucketOfLane(b3, 1), [3, 8, 4], person)
    const printed = await inspected(person.user)
    expect(printed[0]).toContain("; replicas by the driver's ring")
    expect(printed.slice(1)).toEqual([
      `inbox ${person.inbox.toString('hex')} of ${person.user}`,
      "5 time buckets and genesis, newest first; the database's clock says ...",
      '',
      `time bucket ${b5}: opened 2026-01-02T03:05:00.000Z, visible from 2026-01-02T03:05:01.000Z, 1 lane, in the head`,
      '  covers 2026-01-02T03:05:00.000Z .. no end',
      `  lane 0, partition ${b5}: 0 rows, on ...`,
      '',
      `time bucket ${b4}: opened 2026-01-02T03:04:00.000Z, visible from 2026-01-02T03:04:01.000Z, 1 lane, in the head`,
      '  covers 2026-01-02T03:04:00.000Z .. no end',
      `  lane 0, partition ${b4}: 0 rows, on ...`,
      '',
      `time bucket ${b3}: opened 2026-01-02T03:03:00.000Z, visible from 2026-01-02T03:03:01.000Z, 2 lanes, in the head`,
      '  covers 2026-01-02T03:03:00.000Z .. no end',
      `  lane 0, partition ${b3}: 0 rows, on ...`,
      `  lane 1, partition ${b3 + 1}: 3 rows, 2026-01-02T03:03:00.000Z .. 2026-01-02T03:08:00.000Z, on ...`,
      '',
      `time bucket ${b2}: opened 2026-01-02T03:02:00.000Z, visible from 2026-01-02T03:02:01.000Z, 1 lane, in the head`,
      '  covers 2026-01-02T03:02:00.000Z .. no end',
      `  lane 0, partition ${b2}: 0 rows, emptied: all have moved, the newest was of 2026-01-02T03:06:00.000Z, on ...`,
      '',
      `time bucket ${b1}: opened 2026-01-02T03:01:00.000Z, visible from 2026-01-02T03:01:01.000Z, 1 lane`,
      '  covers 2026-01-02T03:01:00.000Z .. 2026-01-02T03:05:02.501Z',
      `  lane 0, partition ${b1}: 0 rows, on ...`,
      '',
      'time bucket 0: genesis, without a row, 1 lane',
      '  covers the beginning .. 2026-01-02T03:04:02.501Z',
      '  lane 0, partition 0: 3 rows, 2026-01-02T02:57:00.000Z .. 2026-01-02T03:02:00.000Z, on ...',
      '',
      'nothing out of the ordinary',
    ])
  })

  test('with fewer than four time buckets, genesis is in the head', async () => {
    const person = a_person()
    await dialogs_in(GENESIS, [1], person)
    for (const minute of [1, 2, 3]) await time_bucket(minute, 1, person)
    expect((await inspected(person.user)).filter((line) => line.endsWith('in the head'))).toHaveLength(4)
    await time_bucket(4, 1, person)
    expect(await inspected(person.user)).toContain('time bucket 0: genesis, without a row, 1 lane')
  })

  test('reports dialogs outside of what their time bucket covers', async () => {
    const person = a_person()
    for (const minute of [1, 2, 3, 4]) await time_bucket(minute, 1, person)
    await dialogs_in(GENESIS, [9], person)
    expect((await inspected(person.user)).at(-1)).toBe(
      '  partition 0 has dialogs outside of what its time bucket covers: lists may leave them out',
    )
  })

  test('shows the ten newest of many time buckets, and genesis', async () => {
    const person = a_person()
    for (let minute = 1; minute <= 12; minute += 1) await time_bucket(minute, 1, person)
    const printed = await inspected(person.user)
    expect(printed.filter((line) => line.startsWith('time bucket '))).toHaveLength(11)
    expect(printed).toContain(
      '2 older time buckets left out, opened 2026-01-02T03:01:00.000Z .. 2026-01-02T03:02:00.000Z',
    )
  })

  test('as a person runs it; of somebody without dialogs, ends with a message', async () => {
    const person = a_person()
    await dialogs_in(GENESIS, [1], person)
    const { NODE_OPTIONS: _ours, ...env } = { ...process.env, ...variables }
    const run = async (user: string) => {
      const command = a_command(['run', '-s', 'inspect', '--', user], env)
      return { code: await command.ended, said: command.output() }
    }
    expect(await run(person.user)).toEqual({
      code: 0,
      said: expect.stringContaining('lane 0, partition 0: 1 row, 2026-01-02T03:01:00.000Z'),
    })
    expect(await run(a_person().user)).toEqual({
      code: 1,
      said: expect.stringContaining('error: no such inbox: genesis only, and no dialog in it'),
    })
  })
})
