import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { Fault } from '../../lib/errors.ts'
import { hold } from '../fakes/memory-store.ts'
import { time_stands_still } from '../fakes/still-time.ts'
import { type TwoPeople, two_people_in_memory } from '../fakes/two-people.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { handlersOf } from '../world/service.ts'

let app: TwoPeople['app']
let service: TwoPeople['service']
let alice: TwoPeople['alice']
let bob: TwoPeople['bob']

beforeEach(async () => {
  ;({ app, service, alice, bob } = await two_people_in_memory())
})

afterEach(() => void jest.useRealTimers())

const nothingWasStored = () => expect(app.memory.tables.rows('messages')).toEqual([])

describe('when the database', () => {
  const unavailable = () => {
    throw new Fault('database_unavailable', 'gone', { cause: new Error('connection refused') })
  }

  test('is gone: 503 with Retry-After for everything except health', async () => {
    app.memory.before = unavailable
    then.it_is_refused(await when.they_send(service, alice, bob, 'a'), 'database_unavailable')
    then.it_is_refused(await when.they_list(service, alice, bob), 'database_unavailable')
    then.it_is_refused(await service({ method: 'GET', path: '/ready' }), 'database_unavailable')
    then.it_succeeds(await service({ method: 'GET', path: '/health' }))
  })

  test('does not answer: a reply within five seconds, in doubt only if a write was in flight', async () => {
    time_stands_still()
    const other = await two_people_in_memory()
    const [writing, reading] = [hold(app.memory, 'insertMessage'), hold(other.app.memory, 'bucketsUpTo')]
    const sent = when.they_send(service, alice, bob, 'a')
    const listed = when.they_list(other.service, other.alice, other.bob)
    await Promise.all([writing.reached, reading.reached])
    await jest.advanceTimersByTimeAsync(4_999)
    then.it_is_refused(await sent, 'write_in_doubt')
    then.it_is_refused(await listed, 'database_unavailable')
  })

  test('does not answer a claim: a reply within five seconds, in doubt, and a retry stores one message', async () => {
    time_stands_still()
    const claimed = Promise.withResolvers<void>()
    app.memory.after = (statement) => {
      if (statement !== 'claimSend') return undefined
      claimed.resolve()
      return new Promise(() => undefined)
    }
    const sent = when.they_send(service, alice, bob, 'a', 'k')
    await claimed.promise
    await jest.advanceTimersByTimeAsync(4_999)
    then.it_is_refused(await sent, 'write_in_doubt')
    nothingWasStored()
    app.memory.after = () => undefined
    then.it_succeeds(await when.they_send(service, alice, bob, 'a', 'k'))
    await then.the_dialog_holds(service, alice, bob, ['a'])
  })

  test('does not answer in the time that the runtime allows: a reply before the runtime stops the function', async () => {
    time_stands_still()
    const { reached } = hold(app.memory, 'newestBucket')
    const [send] = handlersOf(app)
    const event = {
      version: '2.0',
      pathParameters: { user_id: bob.id },
      headers: alice.headers,
      body: '{"text":"a"}',
    }
    const sent = send?.handler(event, { getRemainingTimeInMillis: () => 1_000 })
    await reached
    await jest.advanceTimersByTimeAsync(999)
    expect((await sent)?.statusCode).toBe(503)
  })

  test('leaves a write in doubt: a code of its own, and a line in the log', async () => {
    app.memory.before = (statement) => {
      if (statement === 'insertMessage') throw new Fault('write_in_doubt', 'timed out')
    }
    then.it_is_refused(await when.they_send(service, alice, bob, 'a'), 'write_in_doubt')
    expect(JSON.parse(String(app.lines.at(-1)))).toMatchObject({ in_doubt: true, status: 503 })
  })

  test('has a clock an hour ahead of ours: sends are refused, lists work, readiness warns', async () => {
    app.memory.clockOffsetMs = 3_600_000
    then.it_is_refused(await when.they_send(service, alice, bob, 'a'), 'clock_out_of_bounds')
    nothingWasStored()
    expect(then.it_succeeds(await when.they_list(service, alice, bob))).toEqual([])
    expect(then.it_succeeds(await service({ method: 'GET', path: '/ready' }))).toMatchObject({
      status: 'ready',
      warning: expect.stringContaining('clock'),
    })
  })

  test('is queried once for concurrent readiness checks', async () => {
    const { reached, proceed } = hold(app.memory, 'schemaIsCurrent')
    const asked = Array.from({ length: 20 }, () => service({ method: 'GET', path: '/ready' }))
    await reached
    proceed()
    for (const reply of await Promise.all(asked)) then.it_succeeds(reply)
    expect(app.memory.statements.toSorted()).toEqual([...Array(3).fill('databaseTime'), 'schemaIsCurrent'])
  })

  test('lacks a migration: not ready', async () => {
    app.memory.schemaIsCurrent = false
    then.it_is_refused(await service({ method: 'GET', path: '/ready' }), 'schema_behind')
  })
})
