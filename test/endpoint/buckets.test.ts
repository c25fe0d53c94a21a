import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { Fault } from '../../lib/errors.ts'
import { bucketOf } from '../../lib/timeline/bucket.ts'
import { DEFAULT_RULES } from '../../lib/timeline/rules.ts'
import { hold } from '../fakes/memory-store.ts'
import { time_stands_still } from '../fakes/still-time.ts'
import { type TwoPeople, two_people_in_memory } from '../fakes/two-people.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'

const EVERY_MESSAGE_FILLS_IT = { ...DEFAULT_RULES, bucketRows: 1 }

let app: TwoPeople['app']
let service: TwoPeople['service']
let alice: TwoPeople['alice']
let bob: TwoPeople['bob']

beforeEach(async () => {
  ;({ app, service, alice, bob } = await two_people_in_memory())
})

afterEach(() => void jest.useRealTimers())

const sent = async (text: string) =>
  then.it_succeeds<when.SentMessage>(await when.they_send(service, alice, bob, text))
/** The statements since the last call; a read that the database cuts short at random counts once. */
const statements = () => {
  const all = app.memory.statements.splice(0)
  return all.filter((statement, index) => !statement.startsWith('newest') || all[index - 1] !== statement)
}
/** Opens a time bucket as another instance would, visible from now. */
const opened = (secondsAgo: number, lanes: number, isVisible = true) => {
  const openedAtSeconds = Math.floor(Date.now() / 1000) - secondsAgo
  const bucket = bucketOf({ openedAtSeconds, lanes })
  const [{ dialog_id = null } = {}] = app.memory.tables.rows('messages')
  app.memory.tables.add('buckets', [{ dialog_id, bucket, visible_from: isVisible ? Date.now() : null }])
  app.forget()
  return bucket
}
/** The partitions of the messages. */
const partitions = () => app.memory.tables.rows('messages').map((row) => row['bucket'])
const linkOf = (reply: { headers: Record<string, string> }, rel: string) =>
  new RegExp(`<\\?([^>]*)>; rel="${rel}"`).exec(reply.headers['link'] ?? '')?.[1] ?? ''

describe('a dialog of one partition', () => {
  test('costs a read of the index and a write for a send while it is listed, and a read of the index and of the messages for a page', async () => {
    await sent('first, with three comparisons of the clock; it is listed by this')
    app.forget()
    statements()
    await sent('a')
    expect(statements()).toEqual(['newestBucket', 'insertMessage'])
    app.forget()
    await when.they_list(service, alice, bob)
    expect([...new Set(statements())].sort()).toEqual(['bucketsUpTo', 'messagesBefore'])
  })

  test('is looked up in the index once a second, at any rate of sends', async () => {
    time_stands_still()
    await sent('a')
    statements()
    jest.setSystemTime(Date.now() + 1_000)
    for (let count = 0; count < 20; count += 1) await sent(`${count}`)
    expect(statements()).toEqual(Array.from({ length: 20 }, () => 'insertMessage'))
    jest.setSystemTime(Date.now() + 1)
    await sent('b')
    expect(statements()).toEqual(['newestBucket', 'insertMessage'])
  })
})

describe('a dialog of several time buckets', () => {
  test('is one list, downwards and upwards, across all partitions of its messages', async () => {
    const texts = [(await sent('0')).text]
    for (const [secondsAgo, lanes] of [
      [9, 4],
      [5, 1],
      [1, 64],
    ] as const) {
      opened(secondsAgo, lanes)
      for (let count = 0; count < 12; count += 1) texts.push((await sent(`${lanes} ${count}`)).text)
    }
    expect(new Set(partitions()).size).toBeGreaterThan(10)
    const down = await then.the_dialog_holds(service, alice, bob, texts)
    // Not necessarily the first that was sent: ids of one millisecond have a random order.
    const oldest = down.at(-1) as when.SentMessage
    const up: when.SentMessage[] = []
    for (let cursor = oldest.id; ; cursor = up.at(-1)?.id ?? cursor) {
      const page = await when.they_list(service, bob, alice, `limit=5&after=${cursor}`)
      const messages = then.it_succeeds<when.SentMessage[]>(page)
      if (messages.length === 0) break
      up.push(...messages.reverse())
    }
    expect([...up.reverse(), oldest]).toEqual(down)
  })

  test('makes a bucket visible that others may not see yet, before it writes there', async () => {
    await sent('a')
    const bucket = opened(1, 1, false)
    statements()
    await sent('b')
    const wrote = statements().filter((statement) => statement !== 'databaseTime')
    expect(wrote).toEqual(['newestBucket', 'insertBucket', 'setVisibleFrom', 'insertMessage'])
    expect(partitions()).toContain(bucket)
  })

  test('refuses a message whose bucket cannot be made visible, rather than writing to the older one', async () => {
    await sent('a')
    opened(1, 1, false)
    app.memory.before = (statement) => {
      if (statement === 'insertBucket') throw new Fault('write_in_doubt', 'timed out')
    }
    then.it_is_refused(await when.they_send(service, alice, bob, 'b'), 'database_unavailable')
    await then.the_dialog_holds(service, alice, bob, ['a'])
  })

  test('may use a bucket of which only visible_from was not written, and logs that', async () => {
    await sent('a')
    opened(1, 1, false)
    app.memory.before = (statement) => {
      if (statement === 'setVisibleFrom') throw new Fault('write_in_doubt', 'timed out')
    }
    await sent('b')
    expect(app.lines.join('')).toContain('visible_from was not set')
    await then.the_dialog_holds(service, alice, bob, ['a', 'b'])
  })

  test('refuses to write before a bucket from the future, and still lists', async () => {
    await sent('a')
    opened(-2, 1)
    then.it_is_refused(await when.they_send(service, alice, bob, 'b'), 'clock_out_of_bounds')
    await then.the_dialog_holds(service, alice, bob, ['a'])
  })
})

describe('the log line of a request', () => {
  const logged = (lines: string[], operation: string) =>
    lines.map((line) => JSON.parse(line)).filter((line) => line.operation === operation)

  test('has the number of lanes that were written to, or read for a page', async () => {
    await sent('to genesis')
    opened(1, 4)
    await sent('to one of four')
    await when.they_list(service, alice, bob)
    expect(logged(app.lines, 'sendMessage').map(({ lanes }) => lanes)).toEqual([1, 4])
    expect(logged(app.lines, 'listMessages').map(({ lanes }) => lanes)).toEqual([5])
  })

  test('has the time bucket that a send has opened, by its number in the index', async () => {
    const hasty = await two_people_in_memory(EVERY_MESSAGE_FILLS_IT)
    await when.they_send(hasty.service, hasty.alice, hasty.bob, 'a')
    const openings = logged(hasty.app.lines, 'sendMessage').filter((line) => 'opened' in line)
    const [row] = hasty.app.memory.tables.rows('buckets')
    expect(row).toBeDefined()
    expect(openings.map((line) => line.opened)).toEqual([row?.['bucket']])
  })
})

describe('a poller', () => {
  test('is linked back to what was settled when the page reaches the newest message', async () => {
    const { id } = await sent('a')
    const reply = await when.they_list(service, alice, bob)
    const cursor = linkOf(reply, 'prev').replace(/after=([^&]+)&limit=50/, '$1')
    expect(cursor < id).toBe(true)
    const again = await when.they_list(service, alice, bob, linkOf(reply, 'prev'))
    expect(then.it_succeeds<when.SentMessage[]>(again).map((message) => message.id)).toEqual([id])
  })

  test('gets what was settled from page to page up to the newest message', async () => {
    for (const text of ['a', 'b', 'c']) await sent(text)
    const first = await when.they_list(
      service,
      alice,
      bob,
      'limit=1&after=00000000-0000-7000-8000-000000000000',
    )
    const [a] = then.it_succeeds<when.SentMessage[]>(first)
    expect(linkOf(first, 'prev')).toMatch(new RegExp(`^after=${a?.id}&settled=[0-9a-f-]{36}&limit=1$`))
    const settled = /settled=([^&]+)/.exec(linkOf(first, 'prev'))?.[1]
    const last = await when.they_list(
      service,
      alice,
      bob,
      linkOf(first, 'prev').replace('limit=1', 'limit=9'),
    )
    expect(linkOf(last, 'prev')).toBe(`after=${settled}&limit=9`)
  })
})

describe('an opening that hangs', () => {
  test('does not prevent the reply for a message that is stored', async () => {
    time_stands_still()
    const hot = await two_people_in_memory(EVERY_MESSAGE_FILLS_IT)
    const { reached } = hold(hot.app.memory, 'insertBucket')
    const sending = when.they_send(hot.service, hot.alice, hot.bob, 'a')
    await reached
    expect(hot.app.memory.tables.rows('messages')).toMatchObject([{ body: 'a' }])
    await jest.advanceTimersByTimeAsync(5_000)
    then.it_succeeds(await sending)
  })
})
