import { describe, expect, test } from '@jest/globals'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { Ended } from '../fakes/sdk.ts'
import { a_service_with_a_store, type ServiceWithAStore } from '../fakes/traced-service.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import {
  before_all_a_recorded_service,
  CALLER,
  only,
  peer,
  sdk,
  server,
  TRACE,
  traceparent,
} from '../world/recorded-service.ts'

const requests = ({ lines }: ServiceWithAStore) => lines.filter(({ message }) => message === 'request')
const parts = (all: Ended[], { spanId }: Ended) => all.filter(({ parent }) => parent === spanId)

describe('where an SDK is loaded,', () => {
  before_all_a_recorded_service()

  test('a send is one trace: that of its caller, with a span for each statement and each push', async () => {
    const alice = await server.person('alice', { traceparent, 'x-request-id': 'find-me' })
    const bob = await server.person('bob')
    await server.connected(bob, peer.endpoint)
    then.it_succeeds(await when.they_send(server.service, alice, bob, 'Hello, Bob!'))
    const all = sdk.spans()
    expect(new Set(all.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]))
    const send = only(sdk.named('sendMessage'))
    expect(send).toMatchObject({ kind: SpanKind.SERVER, parent: CALLER, status: SpanStatusCode.UNSET })
    const line = requests(server)[0]
    expect(line).toMatchObject({ request_id: 'find-me', trace_id: TRACE })
    const trips = line?.['round_trips']
    expect(send.attributes).toEqual({
      'dialogs.request_id': 'find-me',
      'http.response.status_code': 200,
      'dialogs.round_trips': trips,
      'dialogs.attempts': trips,
      'dialogs.lanes': 1,
      'dialogs.in_doubt': false,
    })
    const statements = parts(all, send).filter(({ kind }) => kind === SpanKind.CLIENT)
    // Connections are read after the reply was decided, and for it: the line counts them too.
    expect(statements).toHaveLength(Number(trips))
    for (const { attributes } of statements)
      expect(attributes).toMatchObject({ 'dialogs.outcome': 'done', 'dialogs.attempts': 1 })
    const lanes = statements.filter((one) => one.attributes['dialogs.lanes'] === 1).map(({ name }) => name)
    expect(lanes).toEqual(expect.arrayContaining(['insertMessage', 'putListing']))
    expect(lanes).not.toContain('newestBucket')
  })

  test('a page is one trace: with a span for each statement, and the same figures as its line in the log', async () => {
    const [alice, bob] = [await server.person('alice'), await server.person('bob', { traceparent })]
    then.it_succeeds(await when.they_send(server.service, alice, bob, 'Hello again!'))
    sdk.forget()
    server.lines.length = 0
    then.it_succeeds(await when.they_list(server.service, bob, alice, 'limit=1'))
    const list = only(sdk.named('listMessages'))
    expect(list).toMatchObject({ traceId: TRACE, parent: CALLER, attributes: { 'dialogs.lanes': 1 } })
    expect(parts(sdk.spans(), list)).toHaveLength(Number(requests(server)[0]?.['round_trips']))
    expect(only(sdk.named('messagesBefore'))).toMatchObject({
      traceId: TRACE,
      parent: list.spanId,
      kind: SpanKind.CLIENT,
      attributes: { 'dialogs.outcome': 'done', 'dialogs.lanes': 1 },
    })
  })

  test('a push is a part of its send, on both instances', async () => {
    const [alice, bob] = [await server.person('alice', { traceparent }), await server.person('bob')]
    await server.connected(bob, peer.endpoint)
    const before = peer.pushed.length
    then.it_succeeds(await when.they_send(server.service, alice, bob, 'Hello there!'))
    expect(peer.pushed).toHaveLength(before + 1)
    const [there, here] = sdk.named('push')
    expect(here).toMatchObject({
      kind: SpanKind.PRODUCER,
      traceId: TRACE,
      parent: only(sdk.named('sendMessage')).spanId,
      attributes: { 'dialogs.delivery': 'delivered' },
    })
    expect(there).toMatchObject({
      kind: SpanKind.CONSUMER,
      traceId: TRACE,
      parent: here?.spanId,
      attributes: { 'dialogs.delivery': 'delivered' },
    })
  })

  test('a frame of a connection is an operation as any other', async () => {
    const [alice, bob] = [await server.person('alice'), await server.person('bob')]
    expect(await server.says(alice, { action: 'send', to: bob.id, text: 'by frame' })).toMatchObject({
      type: 'ack',
    })
    const send = only(sdk.named('sendMessage'))
    expect(send).toMatchObject({ kind: SpanKind.SERVER, parent: undefined })
    expect(parts(sdk.spans(), send).map(({ name }) => name)).toContain('readConnectionById')
    expect(requests(server).find(({ operation }) => operation === 'sendMessage')).toMatchObject({
      trace_id: send.traceId,
    })
  })

  test('what was refused is no error of ours, and what has failed is', async () => {
    const [alice, bob] = [await server.person('alice'), await server.person('bob')]
    then.it_is_refused(await when.they_list(server.service, alice, bob, 'limit=0'), 'out_of_range')
    expect(only(sdk.spans())).toMatchObject({
      status: SpanStatusCode.UNSET,
      attributes: { 'http.response.status_code': 400, 'dialogs.code': 40006 },
    })
    sdk.forget()
    const nowhere = { CQL_CONTACT_POINTS: '127.0.0.1', CQL_PORT: '1', CQL_LOCAL_DATA_CENTER: 'none' }
    const without = await a_service_with_a_store(undefined, { ...nowhere, EMBEDDED_STORE: '' })
    const carol = await without.person('carol')
    then.it_is_refused(await when.they_list(without.service, carol, bob), 'database_unavailable')
    expect(only(sdk.named('listMessages'))).toMatchObject({
      status: SpanStatusCode.ERROR,
      attributes: { 'http.response.status_code': 503, 'dialogs.code': 50301, 'dialogs.round_trips': 0 },
    })
    const statements = sdk.spans().filter(({ kind }) => kind === SpanKind.CLIENT)
    expect(statements.length).toBeGreaterThan(0)
    for (const { status, attributes } of statements) {
      expect(status).toBe(SpanStatusCode.ERROR)
      expect(attributes).toMatchObject({ 'dialogs.outcome': 'not_written', 'dialogs.attempts': 0 })
    }
  })
})
