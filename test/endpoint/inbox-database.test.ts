import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { Fault } from '../../lib/errors.ts'
import { hold } from '../fakes/memory-store.ts'
import { time_stands_still } from '../fakes/still-time.ts'
import { type TwoPeople, two_people_in_memory } from '../fakes/two-people.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'

const ID = '01a1fd71-63d4-7e73-9332-3f70d03f6c86'

let app: TwoPeople['app']
let service: TwoPeople['service']
let alice: TwoPeople['alice']
let bob: TwoPeople['bob']

beforeEach(async () => {
  ;({ app, service, alice, bob } = await two_people_in_memory())
})
afterEach(() => void jest.useRealTimers())

describe('without the database', () => {
  test('all three answer 503, and a mark that may be stored says so', async () => {
    app.memory.before = () => {
      throw new Fault('database_unavailable', 'gone')
    }
    then.it_is_refused(await when.they_look(service, alice), 'database_unavailable')
    then.it_is_refused(await when.they_show(service, alice, bob), 'database_unavailable')
    then.it_is_refused(await when.they_mark(service, alice, bob, ID), 'database_unavailable')
    app.memory.before = (statement) => {
      if (statement === 'setReadUpTo') throw new Fault('write_in_doubt', 'timed out')
    }
    then.it_is_refused(await when.they_mark(service, alice, bob, ID), 'write_in_doubt')
  })

  test('a send is in doubt until it is listed, however long ago its message was stored', async () => {
    time_stands_still()
    const { reached } = hold(app.memory, 'putListing', 2)
    const sending = when.they_send(service, alice, bob, 'a')
    await reached
    await jest.advanceTimersByTimeAsync(4_999)
    then.it_is_refused(await sending, 'write_in_doubt')
    expect(app.memory.tables.rows('messages')).toHaveLength(1)
  })

  test('a send is in doubt while its message may be stored, however soon it was listed', async () => {
    time_stands_still()
    const { reached } = hold(app.memory, 'insertMessage')
    const sending = when.they_send(service, alice, bob, 'a')
    await reached
    await jest.advanceTimersByTimeAsync(4_999)
    then.it_is_refused(await sending, 'write_in_doubt')
  })

  test('a list is never in doubt, even if it runs out of time while it completes what a send began', async () => {
    app.memory.before = (statement) => {
      if (statement === 'setListed') throw new Fault('write_in_doubt', 'timed out')
    }
    then.it_succeeds(await when.they_send(service, alice, bob, 'a'))
    then.it_is_refused(await when.they_look(service, alice), 'database_unavailable')
    time_stands_still()
    const { reached } = hold(app.memory, 'setListed')
    const looking = when.they_look(service, alice)
    await reached
    await jest.advanceTimersByTimeAsync(4_999)
    then.it_is_refused(await looking, 'database_unavailable')
  })
})

test('a dialog without messages is not found, though it has been marked', async () => {
  then.it_is_refused(await when.they_show(service, alice, bob), 'no_such_dialog')
  then.it_is_done(await when.they_mark(service, alice, bob, ID))
  then.it_is_refused(await when.they_show(service, alice, bob), 'no_such_dialog')
  expect(then.it_succeeds(await when.they_look(service, alice))).toEqual([])
})

test('a list of dialogs waits for the memory that its messages may take', async () => {
  const budget = app.replyBytes()
  const { reserve } = budget
  const asked: number[] = []
  budget.reserve = (bytes, ...more) => {
    asked.push(bytes)
    return reserve(bytes, ...more)
  }
  for (const query of ['limit=1', 'limit=100', '']) await when.they_look(service, alice, query)
  const [one = 0, hundred = 0, byDefault = 0] = asked
  expect((hundred - one) / 99).toBeGreaterThanOrEqual(4 * 4 * 4_096)
  expect((byDefault - one) * 99).toBe((hundred - one) * 19)
})
