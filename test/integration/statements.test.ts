import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type BucketMemory, emptyBucketMemory } from '../../lib/buckets/memory.ts'
import { startCall } from '../../lib/call.ts'
import { type App, type Context, openApp } from '../../lib/context.ts'
import { listMessages } from '../../lib/dialog/history.ts'
import { sendMessage } from '../../lib/dialog/send.ts'
import { openLog } from '../../lib/log.ts'
import { AFTER_ALL_MESSAGES, stampOf } from '../../lib/model/ids.ts'
import type { Message } from '../../lib/model/message.ts'
import type { ListMessages } from '../../lib/model/operations.ts'
import { type Bucket, bucketOfLane, GENESIS, lastBucketOf } from '../../lib/timeline/bucket.ts'
import { chooseLane } from '../../lib/timeline/opening.ts'
import { an_opened_bucket, type Pair, stored_messages, two_strangers } from '../fakes/past.ts'
import { a_place_to_serve } from '../world/keyspace.ts'
import { type Named, named, statements_of } from '../world/traced.ts'

const NEWEST =
  'SELECT bucket, visible_from, listed_low, listed_high, read_low, read_high FROM buckets WHERE dialog_id = ? LIMIT 1'
const UP_TO = 'SELECT bucket, visible_from FROM buckets WHERE dialog_id = ? AND bucket <= ? LIMIT ?'
const ABOVE =
  'SELECT bucket, visible_from FROM buckets WHERE dialog_id = ? AND bucket > ? ORDER BY bucket ASC LIMIT ?'
const BEFORE =
  'SELECT message_id, sender_id, recipient_id, body FROM messages WHERE dialog_id = ? AND bucket = ? AND message_id < ? LIMIT ?'
const AFTER =
  'SELECT message_id, sender_id, recipient_id, body FROM messages WHERE dialog_id = ? AND bucket = ? AND message_id > ? ORDER BY message_id ASC LIMIT ?'
const INSERT =
  'INSERT INTO messages (dialog_id, bucket, message_id, sender_id, recipient_id, body) VALUES (?, ?, ?, ?, ?, ?)'

const indexRead = ({ dialog }: Pair, cql = UP_TO): Named => ({ cql, partition: [dialog] })
const messages = ({ dialog }: Pair, bucket: Bucket, cql = BEFORE): Named => ({
  cql,
  partition: [dialog, bucket],
})
/** The page of the newest messages reads the whole index. */
const LAST_BUCKET = lastBucketOf(Math.floor(stampOf(AFTER_ALL_MESSAGES) / 1000))

describe('the cost of a dialog, in statements that reach a real database:', () => {
  let app: App
  /** The wall clock stands still: on a slow machine, neither a plan nor a comparison of clocks must expire. */
  let at = 0
  const log = openLog({ write: () => undefined })

  /** @param memory an instance's memory; by default that of one that does not know the dialog */
  const context = (memory: BucketMemory = emptyBucketMemory()): Context =>
    Object.assign(app.contextFor(startCall(30_000), { log }), { now: () => at || Date.now(), memory })
  const send = async (pair: Pair, memory?: BucketMemory) => {
    const { result, followUp } = await sendMessage(
      { from: pair.from, to: pair.to, text: 'Hello!' },
      context(memory),
    )
    await followUp
    return result
  }
  const page = (pair: Pair, asked: Partial<ListMessages>, memory?: BucketMemory) =>
    listMessages({ caller: pair.to, other: pair.from, limit: 50, offset: 0, ...asked }, context(memory))

  beforeAll(async () => {
    app = openApp((await a_place_to_serve({ BUCKET_ROWS: '1000000', FILL_SECONDS: '86400' })).variables, log)
    // No send opens a time bucket: no lane fills or cools. The first one compares clocks, which is valid for 30 s.
    await send(two_strangers())
    at = Date.now()
  })
  afterAll(() => app.close())

  describe('a dialog that was never split', () => {
    test('takes a message by one look at the newest row of its index, then one insert', async () => {
      const pair = two_strangers()
      const { statements } = await statements_of(() => send(pair))
      expect(named(statements)).toEqual([indexRead(pair, NEWEST), messages(pair, GENESIS, INSERT)])
    })

    test('takes another within the same plan by one insert', async () => {
      const pair = two_strangers()
      const memory = emptyBucketMemory()
      await send(pair, memory)
      const { statements } = await statements_of(() => send(pair, memory))
      expect(named(statements)).toEqual([messages(pair, GENESIS, INSERT)])
    })

    test.each([10, 3_000])(
      'shows a page by one read of each table, side by side, of %d messages',
      async (count) => {
        const pair = two_strangers()
        const all = await stored_messages(context().store, pair, GENESIS, count, at - 4_000_000)
        const middle = all[count / 2] as Message
        for (const asked of [{}, { before: middle.id }, { limit: 200 }]) {
          const { result, statements } = await statements_of(() => page(pair, asked))
          expect(result.messages.length).toBeGreaterThan(0)
          expect(named(statements)).toEqual([messages(pair, GENESIS), indexRead(pair)])
          expect(statements[1]?.isBeside).toBe(true)
        }
        const { statements } = await statements_of(() => page(pair, { after: middle.id }))
        const upwards = [messages(pair, GENESIS, AFTER), indexRead(pair), indexRead(pair, ABOVE)]
        expect(named(statements)).toEqual(upwards)
        expect(statements.map(({ isBeside }) => isBeside)).toEqual([false, true, true])
        const both = await statements_of(() => page(pair, { around: middle.id }))
        expect(named(both.statements)).toEqual([...upwards, messages(pair, GENESIS), indexRead(pair)])
        expect(both.statements.every(({ isBeside }, index) => isBeside || index === 0)).toBe(true)
      },
    )

    test('is no more than that to the database itself, which traces one partition a statement', async () => {
      const pair = two_strangers()
      const { statements } = await statements_of(async () => {
        await send(pair)
        await page(pair, {})
      })
      const told = await Promise.all(
        statements.map(async ({ trace }) => {
          const { parameters, activities } = await trace()
          return {
            partition: [parameters['bound_var_0_dialog_id'], parameters['bound_var_1_bucket']],
            steps: activities.filter((step) => /^Executing|memtable$/.test(step)),
          }
        }),
      )
      const dialog = `0x${pair.dialog.toString('hex')}`
      const read = (table: string) => [`Executing single-partition query on ${table}`]
      expect(told).toEqual([
        { partition: [dialog, undefined], steps: read('buckets') },
        { partition: [dialog, '0'], steps: ['Adding to messages memtable'] },
        { partition: [dialog, '0'], steps: read('messages') },
        { partition: [dialog, String(LAST_BUCKET)], steps: read('buckets') },
      ])
    })
  })

  describe.each([10, 3_000])('a dialog of several time buckets, with %d messages behind them,', (behind) => {
    const pair = two_strangers()
    let one: Bucket
    let other: Bucket
    let lanes: Bucket
    let inOther: Message[]
    let inLanes: Message[]

    beforeAll(async () => {
      const { store } = context()
      const seconds = Math.floor(at / 1000) - 3_600
      await stored_messages(store, pair, GENESIS, behind, (seconds - 5_000) * 1000)
      one = await an_opened_bucket(store, pair, seconds, 1)
      await stored_messages(store, pair, one, 60, (seconds + 10) * 1000)
      other = await an_opened_bucket(store, pair, seconds + 1_000, 1)
      inOther = await stored_messages(store, pair, other, 60, (seconds + 1_010) * 1000)
      lanes = await an_opened_bucket(store, pair, seconds + 2_000, 8)
      inLanes = await stored_messages(store, pair, lanes, 80, (seconds + 2_010) * 1000)
    })

    test('takes a message by the newest row of its index and one insert into a lane', async () => {
      const { result, statements } = await statements_of(() => send(pair))
      expect(named(statements)).toEqual([
        indexRead(pair, NEWEST),
        messages(pair, chooseLane(result.id, lanes), INSERT),
      ])
    })

    test('shows a page by as many reads as the time bucket has lanes, and one of the index', async () => {
      const memory = emptyBucketMemory()
      const ask = () => page(pair, { limit: 10, before: inLanes.at(-1)?.id as Message['id'] }, memory)
      const eight = Array.from({ length: 8 }, (_, lane) => messages(pair, bucketOfLane(lanes, lane)))
      const first = await statements_of(ask)
      expect(first.result.messages).toEqual(inLanes.slice(-11, -1).reverse())
      // An instance that does not know the dialog guesses genesis, once.
      expect(named(first.statements)).toEqual([messages(pair, GENESIS), indexRead(pair), ...eight])
      const { statements } = await statements_of(ask)
      expect(named(statements)).toEqual([...eight, indexRead(pair)])
      expect(statements.map(({ isBeside }) => isBeside)).toEqual(statements.map((_, index) => index > 0))
    })

    test('shows a page at the edge of two time buckets by a read of each, and one of the index', async () => {
      const memory = emptyBucketMemory()
      const ask = () => page(pair, { limit: 10, before: inOther[5]?.id as Message['id'] }, memory)
      const first = await statements_of(ask)
      const texts = first.result.messages.map(({ text }) => text)
      expect(texts).toEqual(['4', '3', '2', '1', '0', '59', '58', '57', '56', '55'])
      const both = [messages(pair, other), messages(pair, one)] as const
      expect(named(first.statements)).toEqual([messages(pair, GENESIS), indexRead(pair), ...both])
      const { statements } = await statements_of(ask)
      expect(named(statements)).toEqual([both[0], indexRead(pair), both[1]])
    })

    test('shows a page inside one time bucket by a read of it, and one of the index', async () => {
      const memory = emptyBucketMemory()
      const ask = () => page(pair, { limit: 10, before: inOther[40]?.id as Message['id'] }, memory)
      await ask()
      const { statements } = await statements_of(ask)
      expect(named(statements)).toEqual([messages(pair, other), indexRead(pair)])
    })
  })
})
