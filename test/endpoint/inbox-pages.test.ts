import { beforeEach, describe, expect, test } from '@jest/globals'
import { startCall } from '../../lib/call.ts'
import { laneOf, seatOf } from '../../lib/inbox/side.ts'
import { inboxIdOf, type MessageId, messageIdAt, type UserId } from '../../lib/model/ids.ts'
import type { Store } from '../../lib/store/store.ts'
import { type Bucket, bucketOf, GENESIS } from '../../lib/timeline/bucket.ts'
import { DEFAULT_RULES } from '../../lib/timeline/rules.ts'
import { type TwoPeople, two_people_in_memory } from '../fakes/two-people.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'

const NOW_SECONDS = Math.floor(Date.now() / 1000)

let people: TwoPeople
let store: Store

beforeEach(async () => {
  people = await two_people_in_memory({ ...DEFAULT_RULES, inboxRows: 4 })
  people.app.memory.cutAt = (rows) => rows
  store = people.app.memory.embedded.storeFor(startCall(60_000))
})

/** A time bucket of Alice's inbox that was opened long ago. */
const opened = async (secondsAgo: number, lanes = 1): Promise<Bucket> => {
  const openedAtSeconds = NOW_SECONDS - secondsAgo
  const bucket = bucketOf({ openedAtSeconds, lanes })
  const inbox = inboxIdOf(people.alice.id as UserId)
  await store.setVisibleFrom(inbox, bucket, openedAtSeconds * 1000 + 40)
  return bucket
}

/** A dialog that was last written to then, by its other side, and that stands where it was listed then. */
const listed = async (bucket: Bucket, secondsAgo: number, name: string): Promise<MessageId> => {
  const alice = people.alice.id as UserId
  const peer = `${name}-${secondsAgo}` as UserId
  const seat = seatOf(alice, peer)
  const id = messageIdAt(
    (NOW_SECONDS - secondsAgo) * 1000,
    people.app.contextFor(startCall(1), people.app).random(10),
  )
  await store.insertMessage(seat.dialog, GENESIS, { id, from: peer, to: alice, text: name })
  await store.putListing(seat.inbox, laneOf(bucket, seat), { peer, lastId: id }, false)
  await store.setListed(seat.dialog, seat.side, bucket)
  return id
}
const idsOf = (pages: when.Dialog[][]) => pages.flat().map(({ last }) => last.id)

describe('a walk through an inbox of twenty time buckets', () => {
  /** Newest first. */
  let ids: MessageId[]

  beforeEach(async () => {
    ids = []
    for (let index = 0; index < 5; index += 1) ids.push(await listed(GENESIS, 90_000 + index, 'genesis'))
    for (let age = 20; age >= 1; age -= 1) {
      const bucket = await opened(age * 3_600)
      for (let index = 0; index < 4; index += 1)
        ids.push(await listed(bucket, age * 3_600 - 60 * (index + 1), 'peer'))
    }
    ids.sort().reverse()
  })

  test.each([1, 7, 20, 100])('meets every dialog once, newest first, with pages of %i', async (limit) => {
    const pages = await when.they_walk(people.service, people.alice, limit)
    expect(idsOf(pages)).toEqual(ids)
    expect(pages.every(({ length }) => length <= limit)).toBe(true)
  })

  test('reads at most 16 partitions of the inbox for each page', async () => {
    const { statements } = people.app.memory
    const partitions: number[] = []
    let query: string | undefined = 'limit=100'
    while (query !== undefined) {
      statements.length = 0
      const reply = await when.they_look(people.service, people.alice, query)
      partitions.push(statements.filter((statement) => statement === 'listingsAfter').length)
      query = /<\?([^>]*)>/.exec(reply.headers['link'] ?? '')?.[1]
    }
    expect(partitions.length).toBeGreaterThan(1)
    expect(Math.max(...partitions)).toBeLessThanOrEqual(16)
  })

  test('begun before a dialog moves up still meets all the others once', async () => {
    const first = await when.they_look(people.service, people.alice, 'limit=9')
    const old = { id: 'genesis-90000' }
    const { id } = then.it_succeeds<when.SentMessage>(
      await when.they_send(people.service, people.alice, old, 'Still there?'),
    )
    const seen = then.it_succeeds<when.Dialog[]>(first).map((dialog) => dialog.with)
    let query = /<\?([^>]*)>/.exec(first.headers['link'] ?? '')?.[1]
    while (query !== undefined) {
      const reply = await when.they_look(people.service, people.alice, query)
      seen.push(...then.it_succeeds<when.Dialog[]>(reply).map((dialog) => dialog.with))
      query = /<\?([^>]*)>/.exec(reply.headers['link'] ?? '')?.[1]
    }
    const others = seen.filter((peer) => peer !== old.id)
    expect([others.length, new Set(others).size]).toEqual([ids.length - 1, ids.length - 1])
    const again = await when.they_walk(people.service, people.alice)
    expect(idsOf(again)[0]).toBe(id)
    expect(new Set(again.flat().map((dialog) => dialog.with)).size).toBe(ids.length)
  })
})

test('a time bucket of several lanes is walked with the others, each dialog once', async () => {
  const ids: MessageId[] = []
  for (const [age, lanes, count] of [
    [9, 1, 3],
    [7, 8, 40],
    [5, 1, 3],
    [3, 4, 20],
    [1, 1, 3],
  ] as const) {
    const bucket = await opened(age * 3_600, lanes)
    for (let index = 0; index < count; index += 1)
      ids.push(await listed(bucket, age * 3_600 - 60 - index, 'peer'))
  }
  for (const limit of [1, 6, 100]) {
    const found = idsOf(await when.they_walk(people.service, people.alice, limit))
    expect(found.toSorted()).toEqual(ids.toSorted())
  }
})

test('an inbox of many new dialogs opens time buckets, and every dialog is in it once', async () => {
  const senders = await Promise.all(
    Array.from({ length: 60 }, (_, index) => given.a_stranger(people.credentials, `sender-${index}`)),
  )
  for (const sender of senders)
    then.it_succeeds(await when.they_send(people.service, sender, people.alice, 'Hello!'))
  const pages = await when.they_walk(people.service, people.alice, 7)
  expect(
    pages
      .flat()
      .map((dialog) => dialog.with)
      .toSorted(),
  ).toEqual(senders.map(({ id }) => id).toSorted())
})
