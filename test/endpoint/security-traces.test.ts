import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { UserId } from '../../lib/model/ids.ts'
import { an_sdk, type Ended, type Sdk } from '../fakes/sdk.ts'
import { a_service_with_a_store, type ServiceWithAStore } from '../fakes/traced-service.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_device, a_peer, a_wire, type Peer } from '../world/peers-served.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const CALLER = '00f067aa0ba902b7'
const traceparent = `00-${TRACE}-${CALLER}-01`
const TYPING = { type: 'typing', from: 'bob' as UserId, to: 'alice' as UserId } as const
const ATTRIBUTES = [
  'dialogs.request_id',
  'dialogs.code',
  'dialogs.round_trips',
  'dialogs.attempts',
  'dialogs.lanes',
  'dialogs.in_doubt',
  'dialogs.outcome',
  'dialogs.delivery',
  'http.response.status_code',
]
/** What no span may tell. */
const MARK = 'marked-7c1b'

const requests = ({ lines }: ServiceWithAStore) => lines.filter(({ message }) => message === 'request')
const only = (all: Ended[]): Ended => {
  expect(all).toHaveLength(1)
  return all[0] as Ended
}

describe('where an SDK is loaded,', () => {
  let sdk: Sdk
  let server: ServiceWithAStore
  let peer: Peer
  beforeAll(async () => {
    sdk = an_sdk()
    peer = await a_peer()
    server = await a_service_with_a_store(a_wire())
  })
  beforeEach(() => {
    sdk.forget()
    server.lines.length = 0
  })
  afterAll(async () => {
    await peer.stop()
    await server.app.close()
    sdk.stop()
  })

  test('no span tells a person, a dialog, a text, a key or a credential', async () => {
    const more = { traceparent, tracestate: `vendor=${MARK}`, baggage: `user=${MARK}` }
    const [alice, bob] = [await server.person(`${MARK}-alice`, more), await server.person(`${MARK}/bob`)]
    await server.connected(bob, peer.endpoint)
    then.it_succeeds(await when.they_send(server.service, alice, bob, `${MARK} text`, `"${MARK} key"`))
    then.it_succeeds(await when.they_send(server.service, alice, bob, `${MARK} text`, `"${MARK} key"`))
    then.it_succeeds(await when.they_list(server.service, bob, alice))
    await when.they_list(server.service, alice, bob, `before=${MARK}`)
    await server.says(bob, { action: 'send', to: alice.id, text: MARK, ref: MARK })
    await server.says(bob, { action: MARK })
    await server.service({ method: 'GET', path: '/dialogs', headers: bob.headers })
    const told = sdk.everything()
    expect(sdk.spans().length).toBeGreaterThan(20)
    expect(told).toContain(TRACE)
    expect(told).not.toContain(MARK)
    for (const { headers } of [alice, bob])
      expect(told).not.toContain(String(headers['authorization']).split('.')[1])
    const attributes = sdk.spans().flatMap((span) => Object.entries(span.attributes))
    expect(new Set(attributes.map(([name]) => name))).toEqual(new Set(ATTRIBUTES))
    // A dialog is bytes, which could be shown in many ways: a number, a word of ours or a request id is none of them.
    for (const [, value] of attributes) expect(String(value)).toMatch(/^(\d+|[a-z_]+|[\da-f-]{36})$/)
  })

  test.each([
    ['none', undefined],
    ['not valid', 'of this trace'],
    ['in upper case', traceparent.toUpperCase()],
    ['repeated', `${traceparent}, ${traceparent}`],
  ])(
    'a push from another instance whose traceparent is %s arrives, and is recorded nowhere',
    async (_, header) => {
      expect(await a_wire().post(a_device(peer.endpoint), TYPING, Date.now(), header)).toBe('delivered')
      expect(sdk.spans()).toEqual([])
    },
  )

  test('a push whose seal is wrong is recorded nowhere, whatever it says about its trace', async () => {
    const stranger = a_wire({ secret: 'x'.repeat(32) })
    const posted = stranger.post(a_device(peer.endpoint), TYPING, Date.now(), traceparent)
    expect(await posted).toBe('unreachable')
    expect(await a_wire().post(a_device(peer.endpoint), TYPING, Date.now(), traceparent)).toBe('delivered')
    expect(sdk.spans()).toMatchObject([{ name: 'push', traceId: TRACE, parent: CALLER }])
  })

  test.each([
    ['not valid', 'of this trace'],
    ['of zeros', `00-${'0'.repeat(32)}-${CALLER}-01`],
    ['of a wrong length', `${traceparent}0`],
    ['in upper case', traceparent.toUpperCase()],
    ['of a version that there is not', `ff${traceparent.slice(2)}`],
    ['repeated', `${traceparent},${traceparent}`],
  ])('a traceparent that is %s is as none, and never an error', async (_, header) => {
    const alice = await server.person('alice', { traceparent: header })
    then.it_succeeds(await when.they_list(server.service, alice, { id: 'bob' }))
    const list = only(sdk.named('listMessages'))
    expect(list.parent).toBeUndefined()
    expect(list.traceId).toMatch(/^[\da-f]{32}$/)
    expect(list.traceId).not.toBe(TRACE)
    expect(requests(server)[0]).toMatchObject({ status: 200, trace_id: list.traceId })
  })
})
