import { beforeEach, describe, expect, jest, test } from '@jest/globals'
import { Fault } from '../../lib/errors.ts'
import { a_gateway_before } from '../fakes/connections.ts'
import { hold } from '../fakes/memory-store.ts'
import type * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import {
  alice,
  app,
  before_each_a_service_that_pushes,
  bob,
  gateway,
  pushing,
  service,
  texts,
} from '../world/connected-people.ts'

let mallory: given.Person

before_each_a_service_that_pushes()
beforeEach(async () => {
  mallory = await pushing.somebody('mallory')
})

describe('a message', () => {
  test('is told to all devices of both people, its key only to those of the sender, and to nobody else', async () => {
    const [a1, a2, b, m] = await Promise.all(
      [alice, alice, bob, mallory].map(({ headers }) => gateway.connected(headers)),
    )
    const sent = await when.they_send(service, alice, bob, 'Hello', 'k')
    const frame = { type: 'message', message: JSON.parse(sent.text) }
    expect([a1?.told, a2?.told]).toEqual([[{ ...frame, key: 'k' }], [{ ...frame, key: 'k' }]])
    expect([b?.told, m?.told]).toEqual([[frame], []])
  })

  test('to oneself is told once to each device', async () => {
    const own = await gateway.connected(alice.headers)
    then.it_succeeds(await when.they_send(service, alice, alice, 'note'))
    expect(texts(own)).toEqual(['note'])
  })

  test('is told to nobody who has not pinged yet, and to nobody who has left', async () => {
    const { connection } = await gateway.open(bob.headers)
    const left = await gateway.connected(bob.headers)
    await left.ends()
    then.it_succeeds(await when.they_send(service, alice, bob, 'Hello'))
    expect([connection.told, left.told]).toEqual([[], []])
  })

  test('that was not stored is not told', async () => {
    const own = await gateway.connected(alice.headers)
    app.memory.before = (statement) => {
      if (statement === 'insertMessage') throw new Fault('database_unavailable', 'gone')
    }
    then.it_is_refused(await when.they_send(service, alice, bob, 'Hello'), 'database_unavailable')
    expect(own.told).toEqual([])
  })

  test('is told to those whose row was written before connections are read, and these are read after it was stored', async () => {
    then.it_succeeds(await when.they_send(service, alice, bob, 'first'))
    const { reached, proceed } = hold(app.memory, 'insertMessage')
    const sending = when.they_send(service, alice, bob, 'Hello')
    await reached
    app.memory.before = () => undefined
    const late = await gateway.connected(bob.headers)
    proceed()
    then.it_succeeds(await sending)
    expect(texts(late)).toEqual(['Hello'])
  })

  test('that one device cannot be told any more is told to the others, and the row of that device is removed', async () => {
    const [gone, here] = [await gateway.connected(bob.headers), await gateway.connected(bob.headers)]
    const { reached: push } = app
    if (!push) throw new Error('nothing is pushed')
    const { post } = push.wire
    push.wire.post = async (device, ...more) => (device.id === gone.id ? 'gone' : post(device, ...more))
    then.it_succeeds(await when.they_send(service, alice, bob, 'Hello'))
    expect(texts(here)).toEqual(['Hello'])
    expect((await pushing.connectionsOf(bob)).map(({ id }) => id)).toEqual([here.id])
  })
})

describe('a push never fails a send, and does not hold it up', () => {
  test('when connections cannot be read', async () => {
    app.memory.before = (statement) => {
      if (statement === 'readConnections') throw new Fault('database_unavailable', 'gone')
    }
    then.it_succeeds(await when.they_send(service, alice, bob, 'Hello'))
    expect(app.lines.join()).toContain('not pushed')
    expect(app.lines.join()).not.toContain('Hello')
  })

  test.each([
    ['for longer than the runtime allows, when an endpoint hangs', 100, 'post'],
    ['for longer than the runtime allows, when the read of connections hangs', 100, 'read'],
    ['at all in a runtime that goes on after the reply, when an endpoint hangs', 0, 'post'],
    ['at all in a runtime that goes on after the reply, when the read of connections hangs', 0, 'read'],
  ])('%s', async (_, awaitedMs, what) => {
    await a_gateway_before(app, { awaitedMs }).connected(bob.headers)
    const { reached: push } = app
    if (push && what === 'post') push.wire.post = () => new Promise(() => undefined)
    if (what === 'read') hold(app.memory, 'readConnections')
    const begun = performance.now()
    then.it_succeeds(await when.they_send(service, alice, bob, 'Hello'))
    const took = performance.now() - begun
    // Without the bound it would take the 4.5 s of the deadline.
    expect(took).toBeLessThan(2_000)
    if (awaitedMs > 0) expect(took).toBeGreaterThan(awaitedMs - 5)
  })
})

describe('in a dialog,', () => {
  test('how far somebody has read is told to both people, whether it was marked over HTTP or by a frame', async () => {
    const [a, b] = [await gateway.connected(alice.headers), await gateway.connected(bob.headers)]
    const { id } = JSON.parse((await when.they_send(service, alice, bob, 'Hello')).text)
    a.told.length = 0
    b.told.length = 0
    then.it_is_done(await when.they_mark(service, bob, alice, id))
    expect(await b.says({ action: 'read', ref: 'r', with: 'alice', up_to: id })).toEqual({
      type: 'ack',
      ref: 'r',
    })
    const frame = { type: 'read', by: 'bob', with: 'alice', up_to: id }
    expect([a.told, b.told]).toEqual([
      [frame, frame],
      [frame, frame],
    ])
  })

  test('a mark in the future is refused, and told to nobody', async () => {
    const b = await gateway.connected(bob.headers)
    const up_to = '7fffffff-ffff-7fff-bfff-ffffffffffff'
    expect(await b.says({ action: 'read', with: 'alice', up_to })).toMatchObject({ code: 40002 })
    expect(b.told).toEqual([])
  })

  test('that somebody is typing is told to both once in three seconds, and stored nowhere', async () => {
    const [a, b] = [await gateway.connected(alice.headers), await gateway.connected(bob.headers)]
    const before = Date.now()
    jest.spyOn(Date, 'now').mockReturnValue(before)
    const types = (to: string) => a.says({ action: 'typing', to })
    for (const to of ['bob', 'bob', 'mallory']) expect(await types(to)).toEqual({ type: 'ack' })
    expect(b.told).toEqual([{ type: 'typing', from: 'alice', to: 'bob' }])
    jest.spyOn(Date, 'now').mockReturnValue(before + 3_000)
    await types('bob')
    jest.restoreAllMocks()
    expect(b.told).toHaveLength(2)
    expect(a.told).toHaveLength(3)
    expect(['messages', 'marks', 'inbox'].flatMap((table) => app.memory.tables.rows(table as never))).toEqual(
      [],
    )
  })
})

test('without PUSH, a send reads no connections', async () => {
  app.reached = undefined
  then.it_succeeds(await when.they_send(service, alice, bob, 'Hello'))
  expect(app.memory.statements).not.toContain('readConnections')
  expect(app.memory.tables.rows('connections')).toEqual([])
})
