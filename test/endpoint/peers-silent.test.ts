import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { UserId } from '../../lib/model/ids.ts'
import { a_turn, time_stands_still, until_it_is } from '../fakes/still-time.ts'
import { a_device, a_peer, a_wire } from '../world/peers-served.ts'

const TYPING = { type: 'typing', from: 'bob' as UserId, to: 'alice' as UserId } as const
const BOOT = 'aaaaaaaaaaaaaaaaaaaaaa'

describe('an instance that does not answer', () => {
  let calls = 0
  let server: Server
  let listener: RequestListener
  let endpoint: string
  beforeEach(async () => {
    calls = 0
    listener = () => undefined
    server = createServer((request, response) => {
      calls += 1
      listener(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${BOOT}`
    time_stands_still()
  })
  afterEach(() => {
    jest.useRealTimers()
    server.close()
    server.closeAllConnections()
  })
  const called = async (count: number) => {
    await until_it_is(() => calls >= count)
  }

  test('is given up after 250 ms, skipped for five seconds, and then probed by one call', async () => {
    const { post, lines } = a_wire()
    const device = a_device(endpoint)
    const first = post(device, TYPING, Date.now())
    await called(1)
    await jest.advanceTimersByTimeAsync(249)
    expect(await Promise.race([first, a_turn()])).toBeUndefined()
    await jest.advanceTimersByTimeAsync(1)
    expect(await first).toBe('unreachable')
    await jest.advanceTimersByTimeAsync(4_999)
    expect(await post(device, TYPING, Date.now())).toBe('unreachable')
    expect(calls).toBe(1)
    await jest.advanceTimersByTimeAsync(1)
    const trial = post(device, TYPING, Date.now())
    await called(2)
    expect(await post(device, TYPING, Date.now())).toBe('unreachable')
    await jest.advanceTimersByTimeAsync(250)
    expect(await trial).toBe('unreachable')
    expect(await post(device, TYPING, Date.now())).toBe('unreachable')
    expect(calls).toBe(2)
    listener = (_, response) => response.end()
    await jest.advanceTimersByTimeAsync(5_000)
    expect(await post(device, TYPING, Date.now())).toBe('delivered')
    const both = [post(device, TYPING, Date.now()), post(device, TYPING, Date.now())]
    expect(await Promise.all(both)).toEqual(['delivered', 'delivered'])
    expect(lines).toEqual([expect.objectContaining({ outcome: 'no answer in time' })])
  })

  test('holds no more than 1024 calls: any more are dropped, and other instances are reached meanwhile', async () => {
    const other = await a_peer()
    const { post } = a_wire()
    const now = Date.now()
    const stuck = Array.from({ length: 1_024 }, () => post(a_device(endpoint), TYPING, now))
    expect(await post(a_device(endpoint), TYPING, now)).toBe('unreachable')
    expect(await post(a_device(other.endpoint), TYPING, now)).toBe('delivered')
    await jest.advanceTimersByTimeAsync(250)
    expect(new Set(await Promise.all(stuck))).toEqual(new Set(['unreachable']))
    expect(calls).toBeLessThanOrEqual(32)
    await other.stop()
  })

  test.each([301, 302, 307, 308, 403, 404, 500, 201])(
    'is what an answer of %i stands for: no redirect is followed, and nothing counts as delivered or gone',
    async (status) => {
      const elsewhere = await a_peer()
      listener = ({ url }, response) => {
        const location = `${elsewhere.endpoint}${url?.replace(`/${BOOT}`, '')}`
        response.writeHead(status, { location }).end()
      }
      const { post, lines } = a_wire()
      expect(await post(a_device(endpoint), TYPING, Date.now())).toBe('unreachable')
      expect(await post(a_device(endpoint), TYPING, Date.now())).toBe('unreachable')
      expect([calls, elsewhere.pushed, lines]).toEqual([
        1,
        [],
        [expect.objectContaining({ outcome: status })],
      ])
      await elsewhere.stop()
    },
  )

  test('is not one that has answered another call meanwhile', async () => {
    const { post, lines } = a_wire()
    const slow = post(a_device(endpoint), TYPING, Date.now())
    await called(1)
    await jest.advanceTimersByTimeAsync(200)
    listener = (_, response) => response.end()
    expect(await post(a_device(endpoint), TYPING, Date.now())).toBe('delivered')
    await jest.advanceTimersByTimeAsync(50)
    expect(await slow).toBe('unreachable')
    expect(await post(a_device(endpoint), TYPING, Date.now())).toBe('delivered')
    expect(lines).toEqual([])
  })

  test('is not one whose answer arrived while this process was suspended', async () => {
    jest.useRealTimers()
    listener = (_, response) => response.end()
    const { post } = a_wire()
    expect(await post(a_device(endpoint), TYPING, Date.now())).toBe('delivered')
    const asked = post(a_device(endpoint), TYPING, Date.now())
    await called(2)
    const began = performance.now()
    while (performance.now() - began < 400);
    expect(await asked).toBe('delivered')
  })

  test('that does answer is called over no more than 32 connections, however many frames there are', async () => {
    let connections = 0
    server.on('connection', () => {
      connections += 1
    })
    listener = (_, response) => response.end()
    const { post } = a_wire()
    const all = Array.from({ length: 1_000 }, () => post(a_device(endpoint), TYPING, Date.now()))
    expect(new Set(await Promise.all(all))).toEqual(new Set(['delivered']))
    expect([calls, connections]).toEqual([1_000, 32])
  })

  test('neither does one that has stopped', async () => {
    const stopped = await a_peer()
    await stopped.stop()
    expect(await a_wire().post(a_device(stopped.endpoint), TYPING, Date.now())).toBe('unreachable')
  })
})
