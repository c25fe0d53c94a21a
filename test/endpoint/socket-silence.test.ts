import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { a_turn, time_stands_still, turns, until_it_is } from '../fakes/still-time.ts'
import { a_connection } from '../world/raw-http.ts'
import {
  a_handshake,
  a_raw_frame,
  an_open_client,
  type SocketsServed,
  sockets_served,
} from '../world/sockets-served.ts'
import { until } from '../world/until.ts'

let server: SocketsServed
beforeEach(async () => {
  server = await sockets_served()
})
afterEach(async () => {
  jest.useRealTimers()
  await server.stop()
})

/** A client that answers nothing, not even a ping. */
const a_raw_client = async () => {
  const { socket, closed } = a_connection(server.url)
  socket.setEncoding('latin1')
  let received = ''
  socket.on('data', (text) => {
    received += text
  })
  socket.write(a_handshake())
  await until_it_is(() => received.includes('\r\n\r\n'))
  return { socket, closed, pings: () => received.split('\u0089\u0000').length - 1 }
}

describe('a client that is silent', () => {
  test('is pinged after 25 s, and cut off 10 s later', async () => {
    time_stands_still()
    const { pings } = await a_raw_client()
    await jest.advanceTimersByTimeAsync(24_999)
    await turns(5)
    expect(pings()).toBe(0)
    await jest.advanceTimersByTimeAsync(1)
    await until_it_is(() => pings() === 1)
    await jest.advanceTimersByTimeAsync(9_999)
    await turns(5)
    expect(server.ended()).toEqual([])
    await jest.advanceTimersByTimeAsync(1)
    await until_it_is(() => server.ended().length === 1)
    expect(server.ended()).toEqual([1006])
  })

  test('but answers each ping, or sends a frame, is kept', async () => {
    time_stands_still()
    const { socket, pings } = await a_raw_client()
    const signs = [a_raw_frame('', 10), a_raw_frame('x'), a_raw_frame('', 10)]
    for (const [round, sign] of signs.entries()) {
      await jest.advanceTimersByTimeAsync(25_000 - (round > 0 ? 1 : 0))
      await until_it_is(() => pings() === round + 1)
      socket.write(sign)
      await turns(20)
      await jest.advanceTimersByTimeAsync(1)
    }
    expect(server.ended()).toEqual([])
    socket.destroy()
  })

  test('and sends no frame for ten minutes is closed, however many pings it answers', async () => {
    time_stands_still()
    const { closed } = await an_open_client(server.url)
    for (let passed = 0; passed < 10 * 60_000; passed += 5_000) {
      await jest.advanceTimersByTimeAsync(5_000)
      await turns(5)
    }
    expect(server.ended()).toEqual([])
    for (let passed = 0; passed < 30_000; passed += 5_000) {
      await jest.advanceTimersByTimeAsync(5_000)
      await turns(5)
    }
    expect(await closed).toBe(1001)
  })
})

describe('a client that reads nothing', () => {
  test('is closed once 256 KiB wait for it, and holds nobody up', async () => {
    const { socket } = a_connection(server.url)
    socket.pause()
    socket.write(a_handshake())
    await until('it has begun', () => server.contexts('CONNECT').length === 1)
    const id = server.connectionId()
    await until('it is there', () => server.sockets.push(id, 'x') === 'delivered')
    const text = 'x'.repeat(32 * 1024)
    let pushed = 0
    const outcomes = new Set<string>()
    // What the kernel takes comes first, on both ends.
    while (pushed < 4_096 && !outcomes.has('slow')) {
      for (let count = 0; count < 8 && !outcomes.has('slow'); count += 1, pushed += 1)
        outcomes.add(server.sockets.push(id, text))
      await a_turn()
    }
    expect([...outcomes]).toEqual(['delivered', 'slow'])
    expect(server.sockets.push(id, 'x')).toBe('gone')
    const other = await an_open_client(server.url)
    expect(server.sockets.push(server.connectionId(), 'x')).toBe('delivered')
    await other.hears(1)
    await until('the end is told', () => server.ended().length === 1)
    other.ws.terminate()
    socket.destroy()
  })

  test('is told why, if it reads after all', async () => {
    const { ws, closed, byes } = await an_open_client(server.url)
    const id = server.connectionId()
    const text = 'x'.repeat(32 * 1024)
    // At once, so that not even the kernel has taken any.
    const outcomes = Array.from({ length: 200 }, () => server.sockets.push(id, text))
    expect(new Set(outcomes)).toEqual(new Set(['delivered', 'slow', 'gone']))
    expect(await closed).toBe(1013)
    expect(byes()).toEqual([{ type: 'bye', code: 1013, reconnect_ms: 1_000 }])
    ws.terminate()
  })

  test('and is closed keeps its connection for no more than two seconds', async () => {
    time_stands_still()
    const { socket } = a_connection(server.url)
    socket.pause()
    socket.write(a_handshake())
    await until_it_is(() => server.contexts('CONNECT').length === 1)
    await until_it_is(() => server.sockets.push(server.connectionId(), 'x') === 'delivered')
    server.sockets.close(server.connectionId(), '{"type":"bye","code":4401}', 4401)
    await jest.advanceTimersByTimeAsync(1_999)
    await turns(5)
    expect(server.ended()).toEqual([])
    await jest.advanceTimersByTimeAsync(1)
    await until_it_is(() => server.ended().length === 1)
    socket.destroy()
  })
})
