import { beforeEach, describe, expect, test } from '@jest/globals'
import { Fault } from '../../lib/errors.ts'
import { handlersOf } from '../steps/service.ts'
import * as then from '../steps/then.ts'
import { type TwoPeople, two_people_in_memory } from '../steps/two-people.ts'
import * as when from '../steps/when.ts'

let app: TwoPeople['app']
let service: TwoPeople['service']
let alice: TwoPeople['alice']
let bob: TwoPeople['bob']

beforeEach(async () => {
  ;({ app, service, alice, bob } = await two_people_in_memory())
})

const nothingWasStored = () => expect(app.memory.messages.size).toBe(0)

describe('when the database', () => {
  const unavailable = () => {
    throw new Fault('database_unavailable', 'gone', { cause: new Error('connection refused') })
  }

  test('is gone: 503 with Retry-After for everything but health', async () => {
    app.memory.before = unavailable
    then.it_is_refused(await when.they_send(service, alice, bob, 'a'), 'database_unavailable')
    then.it_is_refused(await when.they_list(service, alice, bob), 'database_unavailable')
    then.it_is_refused(await service({ method: 'GET', path: '/ready' }), 'database_unavailable')
    then.it_succeeds(await service({ method: 'GET', path: '/health' }))
  })

  test('does not answer: a reply within five seconds, in doubt only if a write was under way', async () => {
    const began = performance.now()
    app.memory.before = (statement) =>
      statement === 'insertMessage' ? new Promise(() => undefined) : undefined
    const sent = when.they_send(service, alice, bob, 'a')
    const other = await two_people_in_memory()
    other.app.memory.before = () => new Promise(() => undefined)
    const listed = when.they_list(other.service, other.alice, other.bob)
    then.it_is_refused(await sent, 'write_in_doubt')
    then.it_is_refused(await listed, 'database_unavailable')
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  test('does not answer in what the runtime leaves us: a reply before the runtime stops us', async () => {
    app.memory.before = () => new Promise(() => undefined)
    const [send] = handlersOf(app)
    const began = performance.now()
    const event = {
      version: '2.0',
      pathParameters: { user_id: bob.id },
      headers: alice.headers,
      body: '{"text":"a"}',
    }
    const reply = await send?.handler(event, { getRemainingTimeInMillis: () => 1_000 })
    expect(reply?.statusCode).toBe(503)
    expect(performance.now() - began).toBeLessThan(1_000)
  })

  test('leaves a write in doubt: its own code, and the log says so', async () => {
    app.memory.before = (statement) => {
      if (statement === 'insertMessage') throw new Fault('write_in_doubt', 'timed out')
    }
    then.it_is_refused(await when.they_send(service, alice, bob, 'a'), 'write_in_doubt')
    expect(JSON.parse(String(app.lines.at(-1)))).toMatchObject({ in_doubt: true, status: 503 })
  })

  test('is an hour apart from our clock: nothing is sent, lists go on, ready warns', async () => {
    app.memory.clockOffsetMs = 3_600_000
    then.it_is_refused(await when.they_send(service, alice, bob, 'a'), 'clock_out_of_bounds')
    nothingWasStored()
    expect(then.it_succeeds(await when.they_list(service, alice, bob))).toEqual([])
    expect(then.it_succeeds(await service({ method: 'GET', path: '/ready' }))).toMatchObject({
      status: 'ready',
      warning: expect.stringContaining('clock'),
    })
  })

  test('lacks a migration: not ready', async () => {
    app.memory.schemaIsCurrent = false
    then.it_is_refused(await service({ method: 'GET', path: '/ready' }), 'schema_behind')
  })
})
