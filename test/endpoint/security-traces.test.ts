import { describe, expect, test } from '@jest/globals'
import type { UserId } from '../../lib/model/ids.ts'
import type { ServiceWithAStore } from '../fakes/traced-service.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_device, a_wire } from '../world/peers-served.ts'
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

describe('where an SDK is loaded,', () => {
  before_all_a_recorded_service()

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
