import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { Fault } from '../../lib/errors.ts'
import { hold } from '../fakes/memory-store.ts'
import { time_stands_still } from '../fakes/still-time.ts'
import { type TwoPeople, two_people_in_memory } from '../fakes/two-people.ts'
import { limitSentences } from '../sentences/limits.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'

let people: TwoPeople

describe('the rate limit of each sender', () => {
  beforeEach(async () => {
    people = await two_people_in_memory(undefined, {
      requestsAtOnce: 256,
      sendRate: { perSecond: 1, burst: 3 },
    })
  })
  afterEach(() => void jest.useRealTimers())

  limitSentences(() => people)

  test('accepts a send after the second that Retry-After asks for, and does not limit lists meanwhile', async () => {
    time_stands_still()
    const { service, alice, bob } = people
    for (const text of ['a', 'b', 'c']) then.it_succeeds(await when.they_send(service, alice, bob, text))
    jest.setSystemTime(Date.now() + 999)
    then.it_is_refused(await when.they_send(service, alice, bob, 'd'), 'too_many_sends')
    for (let page = 0; page < 10; page += 1) then.it_succeeds(await when.they_list(service, alice, bob))
    jest.setSystemTime(Date.now() + 1_000)
    then.it_succeeds(await when.they_send(service, alice, bob, 'e'))
    await then.the_dialog_holds(service, alice, bob, ['a', 'b', 'c', 'e'])
  })

  test('counts retries of a key and invalid sends, and no statement is run above it', async () => {
    time_stands_still()
    const { app, service, alice, bob } = people
    then.it_succeeds(await when.they_send(service, alice, bob, 'a', 'k'))
    then.it_succeeds(await when.they_send(service, alice, bob, 'a', 'k'))
    then.it_is_refused(await when.they_send(service, alice, bob, ''), 'bad_field')
    app.memory.statements.length = 0
    then.it_is_refused(await when.they_send(service, alice, bob, 'a', 'k'), 'too_many_sends')
    expect(app.memory.statements).toEqual([])
  })

  test('does not count unauthenticated requests', async () => {
    const { service, alice, bob } = people
    for (let attempt = 0; attempt < 5; attempt += 1)
      then.it_is_refused(await when.they_send(service, { ...alice, headers: {} }, bob, 'a'), 'unauthorized')
    then.it_succeeds(await when.they_send(service, alice, bob, 'a'))
  })
})

describe('a concurrency limit of two requests for each operation', () => {
  beforeEach(async () => {
    people = await two_people_in_memory(undefined, { requestsAtOnce: 2 })
  })
  afterEach(() => void jest.useRealTimers())

  const three = () => {
    const { service, alice, bob } = people
    return ['a', 'b', 'c'].map((text) => when.they_send(service, alice, bob, text))
  }

  test('refuses a third request before it does anything, and admits another when one is answered', async () => {
    const { app, service, alice, bob } = people
    const { proceed } = hold(app.memory, 'insertMessage')
    const sends = three()
    // The first reply: the other two sends wait for the database.
    then.it_is_refused(await Promise.race(sends), 'overloaded')
    proceed()
    const texts = (await Promise.all(sends))
      .filter(({ status }) => status === 200)
      .map(({ text }) => JSON.parse(text).text)
    expect(texts).toEqual(['a', 'b'])
    then.it_succeeds(await when.they_send(service, alice, bob, 'd'))
    await then.the_dialog_holds(service, alice, bob, ['a', 'b', 'd'])
  })

  test('does not affect other operations: lists, and those without a database, go on', async () => {
    const { app, service, alice, bob } = people
    const { proceed } = hold(app.memory, 'insertMessage')
    const sends = three()
    then.it_is_refused(await Promise.race(sends), 'overloaded')
    expect(then.it_succeeds(await when.they_list(service, alice, bob))).toEqual([])
    for (const path of ['/ready', '/health', '/openapi.json'])
      then.it_succeeds(await service({ method: 'GET', path }))
    proceed()
    await Promise.all(sends)
  })

  test.each([
    ['GET', '/dialog/bob/list', 'bucketsUpTo'],
    ['GET', '/ready', 'schemaIsCurrent'],
  ] as const)('also applies to %s %s', async (method, path, statement) => {
    const { app, service, alice } = people
    const { proceed } = hold(app.memory, statement)
    const asked = Array.from({ length: 3 }, () => service({ method, path, headers: alice.headers }))
    then.it_is_refused(await Promise.race(asked), 'overloaded')
    proceed()
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 503])
  })

  test('admits requests again after a failure', async () => {
    const { app, service, alice, bob } = people
    app.memory.before = () => {
      throw new Fault('database_unavailable', 'gone')
    }
    for (let attempt = 0; attempt < 5; attempt += 1)
      then.it_is_refused(await when.they_send(service, alice, bob, 'a'), 'database_unavailable')
    for (let attempt = 0; attempt < 5; attempt += 1)
      then.it_is_refused(await when.they_send(service, { ...alice, headers: {} }, bob, 'a'), 'unauthorized')
    app.memory.before = () => undefined
    then.it_succeeds(await when.they_send(service, alice, bob, 'b'))
  })

  test('admits requests again at the deadline, although the database never answers', async () => {
    time_stands_still()
    const { app, service, alice, bob } = people
    const { reached } = hold(app.memory, 'insertMessage', 2)
    const sends = three()
    then.it_is_refused(await Promise.race(sends), 'overloaded')
    await reached
    await jest.advanceTimersByTimeAsync(4_500)
    const statuses = (await Promise.all(sends)).map(({ text }) => JSON.parse(text).code)
    expect(statuses).toEqual([50302, 50302, 50307])
    app.memory.before = () => undefined
    then.it_succeeds(await when.they_send(service, alice, bob, 'd'))
  })
})

describe('the memory for replies, with room for one page of 50,', () => {
  beforeEach(async () => {
    people = await two_people_in_memory(undefined, { replyBytes: 51 * 65_536 })
  })
  afterEach(() => void jest.useRealTimers())

  const list = (query = '') => when.they_list(people.service, people.alice, people.bob, query)
  /** Resolves when two lists have asked for memory. */
  const two_have_asked = () =>
    new Promise<void>((resolve) => {
      const budget = people.app.replyBytes()
      const { reserve } = budget
      let asked = 0
      budget.reserve = (...more) => {
        asked += 1
        const turn = reserve(...more)
        if (asked === 2) resolve()
        return turn
      }
    })
  const reads = () => people.app.memory.statements.filter((one) => one === 'bucketsUpTo').length

  test('is assigned in turn: a second list reads nothing before the first is answered', async () => {
    const { reached, proceed } = hold(people.app.memory, 'bucketsUpTo')
    const asked = two_have_asked()
    const lists = [list(), list()]
    await Promise.all([asked, reached])
    expect(reads()).toBe(1)
    proceed()
    for (const reply of await Promise.all(lists)) then.it_succeeds(reply)
    expect(reads()).toBe(2)
  })

  test('is shared by concurrent small pages, and taken as a whole by one of 200', async () => {
    const { reached, proceed } = hold(people.app.memory, 'bucketsUpTo', 3)
    const small = ['limit=1', 'limit=20', 'limit=27'].map(list)
    await reached
    expect(reads()).toBe(3)
    proceed()
    for (const reply of await Promise.all(small)) then.it_succeeds(reply)
    then.it_succeeds(await list('limit=200'))
  })

  test('is not waited for until no time is left to read: that list is refused, and sends go on', async () => {
    time_stands_still()
    const { app, service, alice, bob } = people
    const { proceed } = hold(app.memory, 'bucketsUpTo')
    const asked = two_have_asked()
    const lists = [list(), list()]
    await asked
    await jest.advanceTimersByTimeAsync(2_250)
    then.it_is_refused(await Promise.race(lists), 'overloaded')
    then.it_succeeds(await when.they_send(service, alice, bob, 'a'))
    proceed()
    expect((await Promise.all(lists)).map(({ status }) => status).sort()).toEqual([200, 503])
  })

  test('is released by lists that fail', async () => {
    people.app.memory.before = () => {
      throw new Fault('database_unavailable', 'gone')
    }
    for (let attempt = 0; attempt < 5; attempt += 1) then.it_is_refused(await list(), 'database_unavailable')
    people.app.memory.before = () => undefined
    then.it_succeeds(await list())
  })
})
