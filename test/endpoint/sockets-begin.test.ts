import { afterEach, describe, expect, jest, test } from '@jest/globals'
import type { SocketReply } from '../../lib/delivery/events.ts'
import { a_turn, time_stands_still, until_it_is } from '../fakes/still-time.ts'
import { a_connection } from '../world/raw-http.ts'
import {
  a_client,
  a_handshake,
  a_raw_frame,
  an_open_client,
  type SocketsServed,
  sockets_served,
} from '../world/sockets-served.ts'
import { until } from '../world/until.ts'

let server: SocketsServed
afterEach(async () => {
  jest.useRealTimers()
  await server.stop()
})

const gate = () => {
  let open: (reply: SocketReply) => void = () => undefined
  const decided = new Promise<SocketReply>((resolve) => {
    open = resolve
  })
  return { decided, open }
}

describe('a connection that is being decided on', () => {
  test('gets the subprotocol that its handler names, and no other that the client offers', async () => {
    const headers = { 'Sec-WebSocket-Protocol': 'dialogs.v1' }
    server = await sockets_served({ connect: async () => ({ statusCode: 200, headers }) })
    const { ws } = await an_open_client(server.url, ['bearer.secret', 'dialogs.v1'])
    expect(ws.protocol).toBe('dialogs.v1')
    ws.terminate()
  })

  test('gets no subprotocol that its handler does not name', async () => {
    server = await sockets_served()
    const { socket } = a_connection(server.url)
    let received = ''
    socket.on('data', (text) => {
      received += text
    })
    socket.write(a_handshake('/socket', 'Sec-WebSocket-Protocol: bearer.secret'))
    await until('it has begun', () => received.includes('\r\n\r\n'))
    expect(received).toMatch(/^HTTP\/1\.1 101 /)
    expect(received.toLowerCase()).not.toContain('sec-websocket-protocol')
    socket.destroy()
  })

  test('is refused with the reply of its handler', async () => {
    const headers = { 'content-type': 'application/json', 'www-authenticate': 'Bearer' }
    server = await sockets_served({
      connect: async () => ({ statusCode: 401, headers, body: '{"code":40101}' }),
    })
    const { socket, closed } = a_connection(server.url)
    socket.write(a_handshake())
    const received = await closed
    expect(received).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/)
    expect(received).toContain('\r\nwww-authenticate: Bearer\r\n')
    expect(received).toMatch(/\r\nconnection: close\r\n\r\n\{"code":40101\}$/i)
    expect(server.contexts('DISCONNECT')).toEqual([])
  })

  test('is told why it is refused, even if it goes on sending', async () => {
    server = await sockets_served({ connect: async () => ({ statusCode: 401, body: '{"code":40101}' }) })
    const { socket, closed } = a_connection(server.url)
    socket.pause()
    socket.write(a_handshake())
    await new Promise((resolve) => socket.write('x'.repeat(5_000_000), resolve))
    socket.resume()
    expect(await closed).toMatch(/^HTTP\/1\.1 401 .*"code":40101\}$/s)
  })

  test('is refused when its turn does not come within five seconds, without asking its handler', async () => {
    const { decided, open } = gate()
    server = await sockets_served({ connect: () => decided })
    time_stands_still()
    const all = Array.from({ length: 129 }, () => a_connection(server.url))
    for (const { socket } of all) socket.write(a_handshake())
    const are_decided = (count: number) => until_it_is(() => server.contexts('CONNECT').length === count)
    await are_decided(64)
    // All of them have arrived.
    await a_round_trip()
    await jest.advanceTimersByTimeAsync(5_000)
    await are_decided(128)
    await jest.advanceTimersByTimeAsync(5_000)
    for (const { closed } of all) expect(await closed).toMatch(/^HTTP\/1\.1 503 .*"code":50307/s)
    expect(server.contexts('CONNECT')).toHaveLength(128)
    open({ statusCode: 200 })
  })

  test('is not read before the decision, and then all that came is heard, even in one packet with the handshake', async () => {
    const { decided, open } = gate()
    server = await sockets_served({ connect: () => decided })
    const { socket } = a_connection(server.url)
    socket.write(Buffer.concat([Buffer.from(a_handshake()), a_raw_frame('first')]))
    await until('it is being decided', () => server.contexts('CONNECT').length === 1)
    socket.write(a_raw_frame('second'))
    await a_turn()
    expect(server.contexts('MESSAGE')).toEqual([])
    open({ statusCode: 200 })
    await until('both are heard', () => server.contexts('MESSAGE').length === 2)
    expect(server.events.flatMap(({ body }) => body ?? [])).toEqual(['first', 'second'])
    socket.destroy()
  })

  test('is reported as ended if its client has gone meanwhile', async () => {
    const { decided, open } = gate()
    server = await sockets_served({ connect: () => decided })
    const { socket } = a_connection(server.url)
    socket.write(a_handshake())
    await until('it is being decided', () => server.contexts('CONNECT').length === 1)
    socket.resetAndDestroy()
    // Until the server has seen it, too.
    await a_round_trip()
    open({ statusCode: 200 })
    await until('the end is told', () => server.contexts('DISCONNECT').length === 1)
    expect(server.sockets.push(server.connectionId(), 'x')).toBe('gone')
  })

  test('is refused with 500 if its handler fails, and 503 if that never answers; a late yes is reported as ended', async () => {
    const { decided, open } = gate()
    const outcomes = [Promise.reject(new Error('a bug')), decided]
    server = await sockets_served({ connect: async () => (await outcomes.shift()) ?? { statusCode: 500 } })
    const failed = a_connection(server.url)
    failed.socket.write(a_handshake())
    expect(await failed.closed).toMatch(/^HTTP\/1\.1 500 .*"code":50001/s)
    time_stands_still()
    const hanging = a_connection(server.url)
    hanging.socket.write(a_handshake())
    await until_it_is(() => server.contexts('CONNECT').length === 2)
    await jest.advanceTimersByTimeAsync(5_000)
    jest.useRealTimers()
    expect(await hanging.closed).toMatch(/^HTTP\/1\.1 503 .*"code":50307/s)
    expect(server.contexts('DISCONNECT')).toEqual([])
    open({ statusCode: 200 })
    await until('the end is told', () => server.contexts('DISCONNECT').length === 1)
  })

  test('is not decided on if its client has gone before its turn', async () => {
    const { decided, open } = gate()
    server = await sockets_served({ connect: () => decided })
    const first = Array.from({ length: 64 }, () => a_connection(server.url))
    for (const { socket } of first) socket.write(a_handshake())
    await until('64 are being decided', () => server.contexts('CONNECT').length === 64)
    const { socket } = a_connection(server.url)
    socket.write(a_handshake())
    await a_round_trip()
    socket.resetAndDestroy()
    await a_round_trip()
    open({ statusCode: 401 })
    for (const { closed } of first) await closed
    expect(server.contexts('CONNECT')).toHaveLength(64)
  })

  test('waits for its turn behind 64 others, in order', async () => {
    const { decided, open } = gate()
    server = await sockets_served({ connect: () => decided })
    const clients = Array.from({ length: 70 }, () => a_client(server.url))
    await until('64 are being decided', () => server.contexts('CONNECT').length === 64)
    await a_round_trip()
    expect(server.contexts('CONNECT')).toHaveLength(64)
    open({ statusCode: 200 })
    await Promise.all(clients.map(({ opened }) => opened))
    for (const { ws } of clients) ws.terminate()
  })
})

/** What was sent to the server before it has been received. */
const a_round_trip = async () => {
  const { socket, replies } = a_connection(server.url)
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await replies(1)
  socket.destroy()
}
