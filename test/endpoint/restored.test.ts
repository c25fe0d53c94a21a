import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { type Bucket, openingOf } from '../../lib/timeline/bucket.ts'
import { DEFAULT_RULES } from '../../lib/timeline/rules.ts'
import { time_stands_still } from '../fakes/still-time.ts'
import { hexOf, type Row } from '../fakes/tables.ts'
import { type TwoPeople, two_people_in_memory } from '../fakes/two-people.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'

/** Neither too fast nor too slow: every time bucket has one lane, and every message opens the next one. */
const FILL_SECONDS = 20
const EVERY_MESSAGE_FILLS_IT = { ...DEFAULT_RULES, bucketRows: 1, fillSeconds: FILL_SECONDS }

let people: TwoPeople
beforeEach(async () => {
  time_stands_still()
  people = await two_people_in_memory(EVERY_MESSAGE_FILLS_IT)
})
afterEach(() => void jest.useRealTimers())

/** Each send opens the next time bucket, and knows the one before. */
const send = async (text: string) => {
  jest.setSystemTime(Date.now() + FILL_SECONDS * 1_000)
  const { service, alice, bob } = people
  return then.it_succeeds<when.SentMessage>(await when.they_send(service, alice, bob, text, text))
}
const listed = async () => {
  const reply = await when.they_list(people.service, people.alice, people.bob)
  return then.it_succeeds<when.SentMessage[]>(reply).map(({ text }) => text)
}
const TABLES = ['messages', 'send_claims', 'buckets'] as const
type Snapshot = Record<(typeof TABLES)[number], Row[]>
const snapshot = (): Snapshot => {
  const { rows } = people.app.memory.tables
  return { messages: rows('messages'), send_claims: rows('send_claims'), buckets: rows('buckets') }
}
/** Restores each table from a snapshot, a minute later; instances have no memory. */
const restore = (tables: Snapshot) => {
  for (const table of TABLES) people.app.memory.tables.replace(table, tables[table])
  people.app.forget()
  jest.setSystemTime(Date.now() + 60_000)
}
/** Two snapshots, with openings between them. */
const two_snapshots = async () => {
  for (const text of ['a', 'b']) await send(text)
  const early = snapshot()
  for (const text of ['c', 'd']) await send(text)
  const late = snapshot()
  expect([early, late].map(({ buckets }) => buckets.length)).toEqual([2, 4])
  return { early, late }
}

describe('a dialog that is restored', () => {
  test('with an index newer than its messages has all of these messages, and goes on', async () => {
    const { early, late } = await two_snapshots()
    restore({ ...late, messages: early.messages })
    expect(await listed()).toEqual(['b', 'a'])
    for (const text of ['e', 'f']) await send(text)
    expect(await listed()).toEqual(['f', 'e', 'b', 'a'])
  })

  test('with an index older than its messages hides some of them for good', async () => {
    const { early, late } = await two_snapshots()
    restore({ ...late, buckets: early.buckets })
    expect(await listed()).not.toContain('d')
    for (const text of ['e', 'f']) await send(text)
    expect(await listed()).not.toContain('d')
  })

  test('without its index can have it rebuilt from the partitions of messages, without visible_from', async () => {
    const { late } = await two_snapshots()
    const openings = new Map<string, Row>()
    for (const row of late.messages) {
      const bucket = (Number(row['bucket']) - (Number(row['bucket']) % 64)) as Bucket
      const opening = { dialog_id: row['dialog_id'] ?? null, bucket, visible_from: null }
      if (openingOf(bucket).openedAtSeconds > 0) openings.set(`${hexOf(row)}:${bucket}`, opening)
    }
    restore({ ...late, buckets: [] })
    expect(await listed()).toEqual(['a'])
    restore({ ...late, buckets: [...openings.values()] })
    expect(await listed()).toEqual(['d', 'c', 'b', 'a'])
    for (const text of ['e', 'f']) await send(text)
    expect(await listed()).toEqual(['f', 'e', 'd', 'c', 'b', 'a'])
  })
})

describe('a message that is sent again after a restore', () => {
  test('is the same message if claims are newer than messages', async () => {
    const { early, late } = await two_snapshots()
    const lost = late.messages.find(({ body }) => body === 'd')
    restore({ ...late, messages: early.messages })
    expect(await send('d')).toMatchObject({ id: lost?.['message_id'] })
    expect(await listed()).toEqual(['d', 'b', 'a'])
  })

  test('is stored twice if claims are older than messages', async () => {
    const { early, late } = await two_snapshots()
    restore({ ...late, send_claims: early.send_claims })
    await send('d')
    expect(await listed()).toEqual(['d', 'd', 'c', 'b', 'a'])
  })

  test('is acknowledged but hidden if the index is older than claims', async () => {
    const { early, late } = await two_snapshots()
    restore({ messages: early.messages, send_claims: late.send_claims, buckets: early.buckets })
    await send('d')
    expect(await listed()).toEqual(['b', 'a'])
  })
})
