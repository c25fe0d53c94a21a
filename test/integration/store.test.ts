import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Call, startCall } from '../../lib/call.ts'
import {
  AFTER_ALL_MESSAGES,
  dialogIdOf,
  type IdempotencyKey,
  messageIdAt,
  type UserId,
} from '../../lib/dialog/ids.ts'
import type { Message } from '../../lib/dialog/message.ts'
import { openStore } from '../../lib/store/open.ts'
import { connect, type Database } from '../../lib/store/scylla/connect.ts'
import type { PagingState } from '../../lib/store/store.ts'
import { type Bucket, bucketOf, GENESIS, laneOf, lastBucketOf } from '../../lib/timeline/bucket.ts'
import { migrateTo } from '../../scripts/migrate.ts'
import { a_keyspace } from '../steps/keyspace.ts'

const user = (name: string) => `${name}-${randomUUID()}` as UserId
const messageAt = (unixMs: number, from: UserId, to: UserId): Message => ({
  id: messageIdAt(unixMs, randomBytes(10)),
  from,
  to,
  text: `at ${unixMs}`,
})

describe('the store on a real database', () => {
  const { variables, config } = a_keyspace()
  let database: Database
  let call: Call
  const store = () => openStore(async () => database, call)

  beforeAll(async () => {
    await migrateTo({ ...process.env, ...variables }, () => undefined)
    database = await connect(config, config.keyspace)
    call = startCall(30_000)
  })
  afterAll(() => database.close())

  const a_dialog = async (stamps: number[]) => {
    const [alice, bob] = [user('alice'), user('bob')]
    const dialog = dialogIdOf(alice, bob)
    const messages = stamps.map((unixMs) => messageAt(unixMs, alice, bob))
    for (const message of messages) await store().insertMessage(dialog, GENESIS, message)
    return { dialog, messages }
  }

  test('keeps messages by id, newest first, whatever the order of their writing', async () => {
    const { dialog, messages } = await a_dialog([5, 2 ** 47, 1, 1_800_000_000_000, 3])
    const { rows, next } = await store().messagesBefore(dialog, GENESIS, AFTER_ALL_MESSAGES, 10)
    expect(rows).toEqual([...messages].sort((a, b) => (a.id < b.id ? 1 : -1)))
    expect(next).toBeUndefined()
  })

  test('reads only what is older than the cursor, up to the limit', async () => {
    const { dialog, messages } = await a_dialog([1, 2, 3, 4])
    const { rows } = await store().messagesBefore(dialog, GENESIS, messages[3]?.id as never, 2)
    expect(rows).toEqual([messages[2], messages[1]])
  })

  test('reads the ids alone of what is older than the cursor', async () => {
    const { dialog, messages } = await a_dialog([1, 2, 3, 4])
    const { rows } = await store().messageIdsBefore(dialog, GENESIS, messages[3]?.id as never, 2)
    expect(rows).toEqual([{ id: messages[2]?.id }, { id: messages[1]?.id }])
  })

  test('goes on where a long read was cut', async () => {
    const { dialog, messages } = await a_dialog(Array.from({ length: 300 }, (_, index) => index))
    const read: Message[] = []
    let from: PagingState | undefined
    let pages = 0
    do {
      const page = await store().messagesBefore(dialog, GENESIS, AFTER_ALL_MESSAGES, 300, from)
      read.push(...page.rows)
      from = page.next
      pages += 1
    } while (from)
    expect(pages).toBeGreaterThan(1)
    expect(read).toEqual(messages.reverse())
  })

  test('writing a message again changes nothing', async () => {
    const { dialog, messages } = await a_dialog([7])
    await store().insertMessage(dialog, GENESIS, messages[0] as Message)
    expect((await store().messagesBefore(dialog, GENESIS, AFTER_ALL_MESSAGES, 10)).rows).toEqual(messages)
  })

  test('reads the index newest first, with and without visible_from', async () => {
    const dialog = dialogIdOf(user('alice'), user('bob'))
    expect(await store().bucketsUpTo(dialog, lastBucketOf(1_900_000_000), 1)).toEqual({ rows: [] })
    const insert = 'INSERT INTO buckets (dialog_id, bucket, visible_from) VALUES (?, ?, ?)'
    const define = database.throughOneCoordinator()
    const [older, newer] = [1_800_000_000 * 1024, 1_800_000_050 * 1024 + 128] as Bucket[]
    await define(insert, [dialog, older, new Date(1_800_000_000_123)])
    await define('INSERT INTO buckets (dialog_id, bucket) VALUES (?, ?)', [dialog, newer])
    expect(await store().bucketsUpTo(dialog, lastBucketOf(1_800_000_100), 5)).toEqual({
      rows: [{ bucket: newer }, { bucket: older, visibleFromMs: 1_800_000_000_123 }],
    })
    expect((await store().bucketsUpTo(dialog, lastBucketOf(1_800_000_049), 5)).rows).toHaveLength(1)
  })

  test('reads upwards from an id, oldest first', async () => {
    const { dialog, messages } = await a_dialog([1, 2, 3, 4])
    const { rows } = await store().messagesAfter(dialog, GENESIS, messages[0]?.id as never, 2)
    expect(rows).toEqual([messages[1], messages[2]])
  })

  test('opens a time bucket, then says since when it is visible, and finds it from both sides', async () => {
    const dialog = dialogIdOf(user('alice'), user('bob'))
    const [older, newer] = [1_800_000_000 * 1024, 1_800_000_050 * 1024 + 128] as Bucket[]
    for (const bucket of [older, newer]) await store().insertBucket(dialog, bucket as Bucket)
    await store().setVisibleFrom(dialog, newer as Bucket, 1_800_000_050_123)
    await store().insertBucket(dialog, newer as Bucket)
    const visible = { bucket: newer, visibleFromMs: 1_800_000_050_123 }
    expect((await store().newestBucket(dialog)).rows).toEqual([visible])
    expect((await store().bucketsAbove(dialog, GENESIS, 5)).rows).toEqual([{ bucket: older }, visible])
    expect((await store().bucketsAbove(dialog, older as Bucket, 5)).rows).toEqual([visible])
  })

  test('claims a key for one, and tells whoever comes later what it was claimed for', async () => {
    const [alice, bob, key] = [user('alice'), user('bob'), 'a "key"' as IdempotencyKey]
    const bucket = bucketOf({ openedAtSeconds: 1_800_000_000, lanes: 64 })
    const claim = {
      fingerprint: randomBytes(32),
      id: messageIdAt(7, randomBytes(10)),
      bucket: laneOf(bucket, 63),
    }
    expect(await store().readClaim(alice, key)).toBeUndefined()
    expect(await store().claimSend(alice, key, claim)).toBe(true)
    expect(await store().claimSend(alice, key, { ...claim, fingerprint: randomBytes(32) })).toBe(false)
    expect(await store().claimSend(alice, key, claim)).toBe(false)
    expect(await store().readClaim(alice, key)).toEqual(claim)
    expect(await store().claimSend(bob, key, claim)).toBe(true)
  })

  test("tells the database's time and whether the schema is current", async () => {
    const before = Date.now()
    const time = await store().databaseTime()
    expect(time).toBeGreaterThanOrEqual(before - 1)
    expect(time).toBeLessThanOrEqual(Date.now() + 1)
    expect(await store().schemaIsCurrent()).toBe(true)
  })

  test('counts round trips on its call', async () => {
    const counted = startCall(5_000)
    const one = openStore(async () => database, counted)
    await one.databaseTime()
    await one.schemaIsCurrent()
    expect(counted.roundTrips).toBe(2)
  })

  test('says on its call while a write, and not while a read, is on its way', async () => {
    const { dialog, messages } = await a_dialog([1])
    const watched = startCall(5_000)
    const one = openStore(async () => database, watched)
    const said: boolean[] = []
    Object.defineProperty(watched, 'writing', { set: (writing: boolean) => said.push(writing) })
    await one.insertMessage(dialog, GENESIS, messages[0] as Message)
    expect([said.includes(true), said.at(-1)]).toEqual([true, false])
    said.length = 0
    await one.databaseTime()
    expect(said).not.toContain(true)
  })

  test('starts no statement after the deadline, or once the call was given up', async () => {
    const { dialog, messages } = await a_dialog([])
    const message = messageAt(1, user('alice'), user('bob'))
    const late = startCall(1)
    await sleep(5)
    const abandoned = startCall(5_000)
    abandoned.giveUp()
    for (const expired of [late, abandoned]) {
      const insert = openStore(async () => database, expired).insertMessage(dialog, GENESIS, message)
      await expect(insert).rejects.toMatchObject({ kind: 'database_unavailable' })
      expect(expired.roundTrips).toBe(0)
    }
    expect((await store().messagesBefore(dialog, GENESIS, AFTER_ALL_MESSAGES, 10)).rows).toEqual(messages)
  })
})
