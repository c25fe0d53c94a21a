import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { type Bucket, openingOf } from '../../lib/timeline/bucket.ts'
import { DEFAULT_RULES } from '../../lib/timeline/rules.ts'
import type { Memory } from '../steps/memory-store.ts'
import { time_stands_still } from '../steps/still-time.ts'
import * as then from '../steps/then.ts'
import { type TwoPeople, two_people_in_memory } from '../steps/two-people.ts'
import * as when from '../steps/when.ts'

/** Neither too fast nor too slow, so that all have one lane and every coin is heads. */
const FILL_SECONDS = 20
const EVERY_MESSAGE_FILLS_IT = { ...DEFAULT_RULES, bucketRows: 1, fillSeconds: FILL_SECONDS }

let people: TwoPeople
beforeEach(async () => {
  time_stands_still()
  people = await two_people_in_memory(EVERY_MESSAGE_FILLS_IT)
})
afterEach(() => void jest.useRealTimers())

/** Each opens the next time bucket, and knows the one before. */
const send = async (text: string) => {
  jest.setSystemTime(Date.now() + FILL_SECONDS * 1_000)
  const { service, alice, bob } = people
  return then.it_succeeds<when.SentMessage>(await when.they_send(service, alice, bob, text, text))
}
const listed = async () => {
  const reply = await when.they_list(people.service, people.alice, people.bob)
  return then.it_succeeds<when.SentMessage[]>(reply).map(({ text }) => text)
}
const snapshot = () => {
  const { messages, claims, index } = people.app.memory
  return copy({ messages, claims, index })
}
/** What is in these is never changed, but replaced. */
const copy = ({ messages, claims, index }: Pick<Memory, 'messages' | 'claims' | 'index'>) => ({
  messages: new Map(messages),
  claims: new Map(claims),
  index: new Map(index),
})
type Snapshot = ReturnType<typeof snapshot>
/** Each table as some snapshot has it, a minute later; instances begin anew. */
const restore = (tables: Snapshot) => {
  Object.assign(people.app.memory, copy(tables))
  people.app.forget()
  jest.setSystemTime(Date.now() + 60_000)
}
/** Two moments, with openings between them. */
const two_snapshots = async () => {
  for (const text of ['a', 'b']) await send(text)
  const early = snapshot()
  for (const text of ['c', 'd']) await send(text)
  const late = snapshot()
  expect([early, late].map(({ index }) => [...index.values()].flat().length)).toEqual([2, 4])
  return { early, late }
}

describe('a dialog that is restored', () => {
  test('from messages of one moment and an index of a later one has all of these messages, and goes on', async () => {
    const { early, late } = await two_snapshots()
    restore({ ...late, messages: early.messages })
    expect(await listed()).toEqual(['b', 'a'])
    for (const text of ['e', 'f']) await send(text)
    expect(await listed()).toEqual(['f', 'e', 'b', 'a'])
  })

  test('from an index of an earlier moment than the messages hides some of them for good', async () => {
    const { early, late } = await two_snapshots()
    restore({ ...late, index: early.index })
    expect(await listed()).not.toContain('d')
    for (const text of ['e', 'f']) await send(text)
    expect(await listed()).not.toContain('d')
  })

  test('without its index has it again from the partitions of messages, without visible_from', async () => {
    const { late } = await two_snapshots()
    const index: Snapshot['index'] = new Map()
    for (const partition of late.messages.keys()) {
      const [dialog = '', number] = partition.split(':')
      const bucket = (Number(number) - (Number(number) % 64)) as Bucket
      if (openingOf(bucket).openedAtSeconds > 0) index.set(dialog, [{ bucket }, ...(index.get(dialog) ?? [])])
    }
    for (const rows of index.values()) rows.sort((one, other) => other.bucket - one.bucket)
    restore({ ...late, index: new Map() })
    expect(await listed()).toEqual(['a'])
    restore({ ...late, index })
    expect(await listed()).toEqual(['d', 'c', 'b', 'a'])
    for (const text of ['e', 'f']) await send(text)
    expect(await listed()).toEqual(['f', 'e', 'd', 'c', 'b', 'a'])
  })
})

describe('a message that is sent again after a restore', () => {
  test('is itself, where claims are of a later moment than messages', async () => {
    const { early, late } = await two_snapshots()
    const [lost] = [...late.messages.values()].flat().filter(({ text }) => text === 'd')
    restore({ ...late, messages: early.messages })
    expect(await send('d')).toMatchObject({ id: lost?.id })
    expect(await listed()).toEqual(['d', 'b', 'a'])
  })

  test('is there twice, where claims are of an earlier moment than messages', async () => {
    const { early, late } = await two_snapshots()
    restore({ ...late, claims: early.claims })
    await send('d')
    expect(await listed()).toEqual(['d', 'd', 'c', 'b', 'a'])
  })

  test('is acknowledged and hidden, where the index is of an earlier moment than claims', async () => {
    const { early, late } = await two_snapshots()
    restore({ messages: early.messages, claims: late.claims, index: early.index })
    await send('d')
    expect(await listed()).toEqual(['b', 'a'])
  })
})
