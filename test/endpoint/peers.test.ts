import { type AddressInfo, BlockList, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { UserId } from '../../lib/model/ids.ts'
import { a_device, a_peer, a_wire, connection_id, type Peer } from '../world/peers-served.ts'

const TYPING = { type: 'typing', from: 'bob' as UserId, to: 'alice' as UserId } as const
const BYE = { type: 'bye', code: 4401, reconnectMs: 7 } as const
const BOOT = 'aaaaaaaaaaaaaaaaaaaaaa'

describe('between two instances', () => {
  let peer: Peer
  beforeEach(async () => {
    peer = await a_peer()
  })
  afterEach(() => peer.stop())

  test('a frame reaches the connection that it is meant for', async () => {
    expect(await a_wire().post(a_device(peer.endpoint), TYPING, Date.now())).toBe('delivered')
    expect(peer.pushed).toEqual([{ id: connection_id('one'), text: JSON.stringify(TYPING) }])
  })

  test.each(['gone', 'slow'] as const)('the caller is told if a connection is %s', async (outcome) => {
    peer.outcome = outcome
    expect(await a_wire().post(a_device(peer.endpoint), TYPING, Date.now())).toBe(outcome)
  })

  test('a connection is closed with a reason, and one that is not there is no failure', async () => {
    const { close, lines } = a_wire()
    await close(a_device(peer.endpoint), BYE)
    peer.isThere = false
    await close(a_device(peer.endpoint, 'two'), BYE)
    const bye = '{"type":"bye","code":4401,"reconnect_ms":7}'
    expect(peer.closed).toEqual([
      { id: connection_id('one'), bye, code: 4401 },
      { id: connection_id('two'), bye, code: 4401 },
    ])
    expect(lines).toEqual([])
  })

  test('connections of a boot before this one are gone', async () => {
    const before = peer.endpoint.replace(/[\w-]{22}$/, BOOT)
    expect(await a_wire().post(a_device(before), TYPING, Date.now())).toBe('gone')
    expect(peer.pushed).toEqual([])
  })

  test('a frame that is sent more than four seconds after connections were read for it goes nowhere', async () => {
    const { post } = a_wire()
    expect(await post(a_device(peer.endpoint), TYPING, Date.now() - 4_100)).toBe('unreachable')
    expect(await post(a_device(peer.endpoint), TYPING, Date.now() + 4_100)).toBe('unreachable')
    expect(peer.pushed).toEqual([])
    expect(await post(a_device(peer.endpoint), TYPING, Date.now() - 3_000)).toBe('delivered')
  })
})

describe('on its own instance', () => {
  test('a frame needs no call', async () => {
    const peer = await a_peer()
    const { post, close } = a_wire({ endpoint: peer.endpoint, local: peer.local })
    await peer.stop()
    expect(await post(a_device(peer.endpoint), TYPING, Date.now())).toBe('delivered')
    expect(await post(a_device(peer.endpoint), TYPING, Date.now() - 4_100)).toBe('unreachable')
    expect(peer.pushed).toHaveLength(1)
    await close(a_device(peer.endpoint), BYE)
    expect(peer.closed).toEqual([expect.objectContaining({ code: 4401 })])
  })
})

test('nothing is sent to an endpoint that is not allowed, or not an address', async () => {
  let connections = 0
  const server = createServer(() => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { post, close } = a_wire({ allowed: new BlockList() })
  for (const host of ['127.0.0.1', 'localhost', '127.1', '[::ffff:127.0.0.1]', 'a@127.0.0.1']) {
    const device = a_device(`http://${host}:${port}/${BOOT}`)
    expect(await post(device, TYPING, Date.now())).toBe('unreachable')
    await close(device, BYE)
  }
  expect(connections).toBe(0)
  await new Promise((resolve) => server.close(resolve))
})
