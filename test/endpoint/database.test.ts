import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { Fault } from '../../lib/errors.ts'
import * as given from '../steps/given.ts'
import { handlersOf, inProcess, type Service } from '../steps/service.ts'
import * as then from '../steps/then.ts'
import * as when from '../steps/when.ts'

let provider: Awaited<ReturnType<typeof given.an_identity_provider>>
let app: given.MemoryApp
let service: Service
let alice: given.Person
let bob: given.Person

beforeAll(async () => {
  provider = await given.an_identity_provider()
})

beforeEach(async () => {
  app = given.a_service_in_memory(provider.auth)
  service = inProcess(app)
  alice = await given.a_stranger(provider.credentials, 'alice')
  bob = await given.a_stranger(provider.credentials, 'bob')
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
    let call: { writing: boolean } | undefined
    const contextFor = app.contextFor
    app.contextFor = (one, log) => {
      call = one
      return contextFor(one, log)
    }
    app.memory.before = (statement) => {
      if (call) call.writing = statement === 'insertMessage'
      return statement === 'insertMessage' || statement === 'bucketsUpTo'
        ? new Promise(() => undefined)
        : undefined
    }
    const began = performance.now()
    const [sent, listed] = await Promise.all([
      when.they_send(service, alice, bob, 'a'),
      when.they_list(inProcess(given.a_service_in_memory(provider.auth)), alice, bob),
    ])
    then.it_is_refused(sent, 'write_in_doubt')
    then.it_succeeds(listed)
    expect(performance.now() - began).toBeLessThan(5_000)
    then.it_is_refused(await when.they_list(service, alice, bob), 'database_unavailable')
    expect(performance.now() - began).toBeLessThan(10_000)
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

  test('has time buckets, which only a later version opens: nothing is hidden, nothing is misplaced', async () => {
    const sent = then.it_succeeds<when.SentMessage>(await when.they_send(service, alice, bob, 'a'))
    const [partition] = app.memory.messages.keys()
    app.memory.index.set(String(partition?.split(':')[0]), [
      { bucket: (Math.floor(Date.now() / 1000) * 1024) as never },
    ])
    then.it_is_refused(await when.they_send(service, alice, bob, 'b'), 'database_unavailable')
    then.it_is_refused(await when.they_list(service, alice, bob), 'database_unavailable')
    const before = '00000001-0000-7000-8000-000000000000'
    expect(sent.id > before).toBe(true)
    expect(then.it_succeeds(await when.they_list(service, alice, bob, `before=${before}`))).toEqual([])
  })
})
