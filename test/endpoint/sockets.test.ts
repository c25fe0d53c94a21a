import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
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
afterEach(() => server.stop())

describe('a connection', () => {
  beforeEach(async () => {
    server = await sockets_served()
  })

  test('is reported to its handlers from its beginning to its end, by the same id', async () => {
    const { ws, hears } = await an_open_client(server.url)
    ws.send('one')
    expect(await hears(1)).toEqual(['one'])
    ws.close(4000, 'enough')
    await until('the end is told', () => server.events.length === 3)
    expect(server.events.map(({ requestContext }) => requestContext)).toMatchObject([
      { eventType: 'CONNECT', routeKey: '$connect' },
      { eventType: 'MESSAGE', routeKey: '$default' },
      {
        eventType: 'DISCONNECT',
        routeKey: '$disconnect',
        disconnectStatusCode: 4000,
        disconnectReason: 'enough',
      },
    ])
    const ids = server.events.map(({ requestContext }) => requestContext.connectionId)
    expect(new Set(ids).size).toBe(1)
    expect(ids[0]).toMatch(/^[\w-]{22}$/)
  })

  test('has an id of its own', async () => {
    const clients = [await an_open_client(server.url), await an_open_client(server.url)]
    expect(new Set(server.contexts('CONNECT').map(({ connectionId }) => connectionId)).size).toBe(2)
    for (const { ws } of clients) ws.terminate()
  })

  test('is reported as ended if its client vanishes without a close frame', async () => {
    const { ws } = await an_open_client(server.url)
    ws.terminate()
    await until('the end is told', () => server.contexts('DISCONNECT').length === 1)
    expect(server.contexts('DISCONNECT')[0]).toMatchObject({ disconnectStatusCode: 1006 })
  })

  test('is reported as ended if its client closes its half of it', async () => {
    const { socket, closed } = a_connection(server.url)
    socket.write(a_handshake())
    await until('it has begun', () => server.contexts('CONNECT').length === 1)
    socket.end()
    expect(await closed).toMatch(/^HTTP\/1\.1 101 /)
    await until('the end is told', () => server.contexts('DISCONNECT').length === 1)
  })

  test('is pushed to, and closed with a reason, by its id; after that, it is gone', async () => {
    const { hears, closed } = await an_open_client(server.url)
    const id = server.connectionId()
    expect(server.sockets.push(id, '{"type":"typing"}')).toBe('delivered')
    expect(server.sockets.close(id, '{"type":"bye","code":4401}', 4401)).toBe(true)
    expect(server.sockets.push(id, 'too late')).toBe('gone')
    expect(await hears(2)).toEqual(['{"type":"typing"}', '{"type":"bye","code":4401}'])
    expect(await closed).toBe(4401)
    await until('the end is told', () => server.contexts('DISCONNECT').length === 1)
    expect(server.sockets.push(id, 'too late')).toBe('gone')
    expect(server.sockets.close(id, '{"type":"bye","code":4401}', 4401)).toBe(false)
    expect(server.sockets.push('never there', 'x')).toBe('gone')
  })

  test('is heard no more once we have closed it', async () => {
    const { socket } = a_connection(server.url)
    socket.write(a_handshake())
    await until('it has begun', () => server.contexts('CONNECT').length === 1)
    await until('it is there', () => server.sockets.push(server.connectionId(), 'x') === 'delivered')
    server.sockets.close(server.connectionId(), '{"type":"bye","code":4401}', 4401)
    socket.write(Buffer.concat([a_raw_frame('too late'), a_raw_frame(Buffer.from([0x0f, 0xa0]), 8)]))
    await until('the end is told', () => server.contexts('DISCONNECT').length === 1)
    expect(server.contexts('MESSAGE')).toEqual([])
    socket.destroy()
  })

  test('is not compressed, even if the client offers it', async () => {
    const { ws } = await an_open_client(server.url, [], { perMessageDeflate: true })
    expect(ws.extensions).toBe('')
    ws.terminate()
  })
})

test('of one person, twenty connections stay, even if none of them ever pings, and those of others', async () => {
  const people = ['bob', ...Array.from({ length: 21 }, () => 'alice')]
  server = await sockets_served({
    connect: async () => ({ statusCode: 200, body: JSON.stringify({ user_id: people.shift() }) }),
  })
  const clients = []
  while (people.length > 0) clients.push(await an_open_client(server.url))
  expect(await clients[1]?.closed).toBe(4408)
  expect(clients[1]?.byes()).toEqual([{ type: 'bye', code: 4408, reconnect_ms: 1_000 }])
  expect(clients.filter(({ ws }) => ws.readyState === ws.OPEN)).toHaveLength(21)
  for (const { ws } of clients) ws.terminate()
})
