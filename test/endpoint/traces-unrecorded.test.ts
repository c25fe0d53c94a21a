import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace'
import { an_sdk } from '../fakes/sdk.ts'
import { a_service_with_a_store, type ServiceWithAStore } from '../fakes/traced-service.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_peer, a_wire } from '../world/peers-served.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const CALLER = '00f067aa0ba902b7'
const traceparent = `00-${TRACE}-${CALLER}-01`

const requests = ({ lines }: ServiceWithAStore) => lines.filter(({ message }) => message === 'request')

describe('a request that sampling leaves out', () => {
  test('has the id of its trace in the log, and no step of it is looked at', async () => {
    const sdk = an_sdk(new AlwaysOffSampler())
    const peer = await a_peer()
    const server = await a_service_with_a_store(a_wire())
    const [alice, bob] = [await server.person('alice', { traceparent }), await server.person('bob')]
    await server.connected(bob, peer.endpoint)
    then.it_succeeds(await when.they_send(server.service, alice, bob, 'unseen'))
    expect(peer.pushed).toHaveLength(1)
    expect(requests(server)[0]).toMatchObject({ trace_id: TRACE })
    expect(sdk.spans()).toEqual([])
    expect(sdk.begun()).toBe(1)
    await peer.stop()
    await server.app.close()
    sdk.stop()
  })
})

describe('without an SDK,', () => {
  let server: ServiceWithAStore
  beforeEach(async () => {
    server = await a_service_with_a_store()
  })
  afterEach(() => server.app.close())

  test('every line about a request has the id of the trace that its caller names', async () => {
    const alice = await server.person('alice', { traceparent, 'x-request-id': 'find-me' })
    then.it_succeeds(await when.they_send(server.service, alice, { id: 'bob' }, 'Hello!'))
    then.it_is_refused(await when.they_list(server.service, alice, { id: 'bob' }, 'limit=0'), 'out_of_range')
    expect(requests(server)).toHaveLength(2)
    for (const line of requests(server))
      expect(line).toMatchObject({ request_id: 'find-me', trace_id: TRACE })
  })

  test('so has a line that comes before the one of its reply', async () => {
    const pushing = await a_service_with_a_store({
      ...a_wire(),
      post: () => Promise.reject(new Error('a bug of the wire')),
    })
    const [alice, bob] = [await pushing.person('alice', { traceparent }), await pushing.person('bob')]
    await pushing.connected(bob, 'http://127.0.0.1:1/there')
    then.it_succeeds(await when.they_send(pushing.service, alice, bob, 'Hello!'))
    expect(pushing.lines.map(({ message, trace_id }) => [message, trace_id])).toEqual([
      ['not pushed', TRACE],
      ['request', TRACE],
    ])
    await pushing.app.close()
  })

  test('a request whose caller names no trace, or none that is valid, has no such id', async () => {
    for (const header of [undefined, 'none', `${traceparent},${traceparent}`]) {
      const alice = await server.person('alice', header === undefined ? {} : { traceparent: header })
      then.it_succeeds(await when.they_list(server.service, alice, { id: 'bob' }))
    }
    expect(requests(server)).toHaveLength(3)
    for (const line of requests(server)) expect(line).not.toHaveProperty('trace_id')
  })
})
