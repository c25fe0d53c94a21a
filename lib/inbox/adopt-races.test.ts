import { expect, test } from '@jest/globals'
import { LRUCache } from 'lru-cache'
import { an_instance } from '../../test/fakes/one-instance.ts'
import { seededRandom } from '../../test/simulation/random.ts'
import { emptyBucketMemory } from '../buckets/memory.ts'
import type { Context } from '../context.ts'
import { sendMessage } from '../dialog/send.ts'
import { Fault } from '../errors.ts'
import { dialogIdOf, inboxIdOf, messageIdAt, type UserId } from '../model/ids.ts'
import type { InboxCursor } from '../model/operations.ts'
import { GENESIS } from '../timeline/bucket.ts'
import { DEFAULT_RULES } from '../timeline/rules.ts'
import { adoptDialog } from './adopt.ts'
import { announce } from './announce.ts'
import { listDialogs } from './list.ts'

const RUNS = 40
const ALICE = 'alice' as UserId
const PEERS = Array.from({ length: 14 }, (_, index) => `peer-${index}` as UserId)

/** False, so that what failed is repeated; a mistake in the code fails the test. */
const isFault = (error: unknown): false => {
  if (error instanceof Fault) return false
  throw error
}

/** One run: new instances send, an old one does, and all dialogs are adopted, in an order that the seed decides. */
const a_run = async (seed: number) => {
  const { ctx: one, hand, memory } = an_instance()
  const random = seededRandom(seed)
  const { between, bytes } = random
  memory.before = async () => {
    for (let turns = between(0, 3); turns > 0; turns -= 1) await new Promise(setImmediate)
    hand.now += between(0, 20)
  }
  const instance = (): Context => ({
    ...one,
    random: bytes,
    clock: {},
    memory: emptyBucketMemory(),
    // A lane of an inbox is full with four dialogs.
    rules: { ...DEFAULT_RULES, inboxRows: 4 },
  })
  const some_peer = () => random.pick(PEERS)
  /** By a version that knows no inboxes. */
  const send_by_old = async (peer: UserId, atMs = hand.now) => {
    const message = { id: messageIdAt(atMs, bytes(10)), from: peer, to: ALICE, text: '' }
    await one.store.insertMessage(dialogIdOf(ALICE, peer), GENESIS, message)
  }
  const send = async (peer: UserId, ctx: Context) => {
    // A plan may expire under it: then nothing is written.
    const sent = await sendMessage({ from: peer, to: ALICE, text: '' }, ctx, announce).catch(isFault)
    if (sent) await sent.followUp
  }
  const repeatedly = async (times: number, work: () => Promise<void>) => {
    for (let time = 0; time < times; time += 1) await work()
  }
  for (const peer of PEERS) await send_by_old(peer, hand.now - between(1, 1_000_000))
  const [a, b, command] = [instance(), instance(), instance()]
  const adoption = {
    genesisRows: between(0, 7),
    inboxes: new LRUCache<string, { rows: number; hasOverflow: boolean }>({ max: 9 }),
    sleep: async (ms: number) => {
      hand.now += ms
    },
  }
  await Promise.all([
    repeatedly(12, () => send(some_peer(), a)),
    repeatedly(12, () => send(some_peer(), b)),
    repeatedly(60, () => send_by_old(some_peer())),
    ...PEERS.map(async (peer) => {
      await repeatedly(between(0, 60), async () => void (await one.store.databaseTime()))
      const adopt = () => adoptDialog(dialogIdOf(ALICE, peer), adoption, command)
      // So many others that the clock cannot be compared: repeated, as the command does.
      while (!(await adopt().then(() => true, isFault)));
    }),
  ])
  memory.before = () => undefined
  const walk = async (limit: number) => {
    const found: UserId[] = []
    let cursor: InboxCursor | undefined
    do {
      const page = await listDialogs({ caller: ALICE, limit, ...(cursor && { cursor }) }, instance())
      found.push(...page.dialogs.map((dialog) => dialog.with))
      cursor = page.next
    } while (cursor)
    return found.sort()
  }
  const openings = (await one.store.bucketsAbove(inboxIdOf(ALICE), GENESIS, 99)).rows.length
  return { first: await walk(between(1, 3)), second: await walk(20), openings }
}

test('whatever is sent while dialogs are adopted, each is found once', async () => {
  let openings = 0
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const run = await a_run(seed)
    openings = Math.max(openings, run.openings)
    expect({ seed, first: run.first, second: run.second }).toEqual({
      seed,
      first: PEERS.toSorted(),
      second: PEERS.toSorted(),
    })
  }
  expect(openings).toBeGreaterThan(5)
})
