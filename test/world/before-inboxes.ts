/** A database with dialogs of many people from before inboxes, and a few that are listed already. */
import { randomBytes, randomUUID } from 'node:crypto'
import { emptyBucketMemory } from '../../lib/buckets/memory.ts'
import { startCall } from '../../lib/call.ts'
import { type Context, openApp } from '../../lib/context.ts'
import { sendMessage } from '../../lib/dialog/send.ts'
import { announce } from '../../lib/inbox/announce.ts'
import { openLog } from '../../lib/log.ts'
import { dialogIdOf, inboxIdOf, messageIdAt, type UserId } from '../../lib/model/ids.ts'
import { type Bucket, bucketOf, GENESIS } from '../../lib/timeline/bucket.ts'
import { chooseLane } from '../../lib/timeline/opening.ts'
import { a_place_to_serve } from './keyspace.ts'

const PEOPLE = 200
const DIALOGS = 2_000
/** Of a celebrity, besides oneself. */
export const FRIENDS = 90
const DAY_MS = 86_400_000
const log = openLog({ write: () => undefined })

export const a_database_from_before = async () => {
  const { variables } = await a_place_to_serve()
  const app = openApp(variables, log)
  const celebrity = `celebrity-${randomUUID()}` as UserId
  const retired = `retired-celebrity-${randomUUID()}` as UserId
  const people = Array.from({ length: PEOPLE }, (_, index) => `person-${index}-${randomUUID()}` as UserId)
  const [selfListed, listedNewer, split, other] = people as [UserId, UserId, UserId, UserId]
  /** By person: whom everybody has a dialog with. */
  const peers = new Map([celebrity, retired, ...people].map((person) => [person, new Set<UserId>()]))

  const context = (memory = emptyBucketMemory()): Context =>
    Object.assign(app.contextFor(startCall(30_000), { log }), { memory })
  const { store } = context()
  const know = (one: UserId, another: UserId) => {
    peers.get(one)?.add(another)
    peers.get(another)?.add(one)
    return dialogIdOf(one, another)
  }
  const anybody = () => people[Math.floor(Math.random() * PEOPLE)] as UserId
  /** Not announced. */
  const an_old_message = async (
    from: UserId,
    to: UserId,
    atMs = Date.now() - Math.ceil(Math.random() * 365 * DAY_MS),
    bucket: Bucket = GENESIS,
  ) => {
    const id = messageIdAt(atMs, randomBytes(10))
    const message = { id, from, to, text: '.' }
    await context().store.insertMessage(know(from, to), chooseLane(id, bucket), message)
    return id
  }
  const send = async (from: UserId, to: UserId, memory = emptyBucketMemory()) => {
    know(from, to)
    await (await sendMessage({ from, to, text: '!' }, context(memory), announce)).followUp
  }
  const a_bucket = async (owner: Parameters<typeof store.insertBucket>[0], secondsAgo: number, lanes = 1) => {
    const openedAtSeconds = Math.floor(Date.now() / 1000) - secondsAgo
    const bucket = bucketOf({ openedAtSeconds, lanes })
    await context().store.insertBucket(owner, bucket)
    await context().store.setVisibleFrom(owner, bucket, openedAtSeconds * 1000 + 40)
    return bucket
  }

  const left = Array.from({ length: DIALOGS }).values()
  const write = async () => {
    for (const _ of left) await an_old_message(anybody(), anybody())
  }
  await Promise.all(Array.from({ length: 50 }, write))
  for (const famous of [celebrity, retired])
    for (const person of [...people.slice(0, FRIENDS), famous]) await an_old_message(person, famous)

  // Three time buckets and genesis; it has cooled.
  await an_old_message(split, other, Date.now() - 4_000_000)
  for (const [secondsAgo, lanes] of [
    [3_000, 4],
    [2_900, 16],
    [2_800, 1],
  ] as const) {
    const bucket = await a_bucket(dialogIdOf(split, other), secondsAgo, lanes)
    for (let second = 1; second < 20; second += 1)
      await an_old_message(split, other, Date.now() - (secondsAgo - second) * 1000, bucket)
  }
  const lastId = await an_old_message(selfListed, selfListed)
  await store.putListing(inboxIdOf(selfListed), GENESIS, { peer: selfListed, lastId }, true)
  await store.setListed(dialogIdOf(selfListed, selfListed), 'low', GENESIS)
  await a_bucket(inboxIdOf(listedNewer), 60)
  await an_old_message(listedNewer, other)
  await send(listedNewer, other)

  return {
    variables,
    context,
    send,
    anybody,
    peers,
    celebrity,
    retired,
    selfListed,
    listedNewer,
    other,
    close: app.close,
  }
}
