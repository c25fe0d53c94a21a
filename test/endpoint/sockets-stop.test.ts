import { afterEach, expect, jest, test } from '@jest/globals'
import type { SocketReply } from '../../lib/delivery/events.ts'
import { a_turn, time_stands_still, turns, until_it_is } from '../fakes/still-time.ts'
import { a_connection } from '../world/raw-http.ts'
import { a_client, a_handshake, an_open_client, sockets_served } from '../world/sockets-served.ts'

afterEach(() => void jest.useRealTimers())

test('told to stop, the server tells its clients when to leave, one after the other, and serves them until they have left', async () => {
  time_stands_still()
  const server = await sockets_served()
  const clients = [await an_open_client(server.url), await an_open_client(server.url)]
  const [id] = server.contexts('CONNECT').map(({ connectionId }) => connectionId)
  const stopped = server.stop()
  for (const { hears } of clients) await hears(1)
  expect(clients.map(({ byes }) => byes())).toEqual([
    [{ type: 'bye', code: 1012, reconnect_ms: 0 }],
    [{ type: 'bye', code: 1012, reconnect_ms: 2_000 }],
  ])
  clients[0]?.ws.send('still here')
  expect((await clients[0]?.hears(2))?.[1]).toBe('still here')
  expect(server.sockets.push(String(id), 'news')).toBe('delivered')
  expect((await clients[0]?.hears(3))?.[2]).toBe('news')
  for (const { ws } of clients) ws.close()
  await stopped
  expect(server.contexts('DISCONNECT')).toHaveLength(2)
})

test('those who stay are closed after five seconds, even if they do not answer, and reported as ended', async () => {
  time_stands_still()
  const server = await sockets_served()
  const { closed } = await an_open_client(server.url)
  const { socket } = a_connection(server.url)
  socket.pause()
  socket.write(a_handshake())
  await until_it_is(() => server.contexts('CONNECT').length === 2)
  await until_it_is(() => server.sockets.push(server.connectionId(), 'x') === 'delivered')
  const stopped = server.stop()
  await jest.advanceTimersByTimeAsync(4_999)
  await a_turn()
  expect(server.contexts('DISCONNECT')).toEqual([])
  await jest.advanceTimersByTimeAsync(1)
  expect(await closed).toBe(1012)
  await jest.advanceTimersByTimeAsync(2_000)
  await stopped
  expect(server.contexts('DISCONNECT')).toHaveLength(2)
  socket.destroy()
})

test('what never ends does not keep it from stopping within nine seconds', async () => {
  time_stands_still()
  const server = await sockets_served({
    frame: () => new Promise(() => undefined),
    disconnect: () => new Promise(() => undefined),
  })
  const { ws } = await an_open_client(server.url)
  ws.send('x')
  await until_it_is(() => server.contexts('MESSAGE').length === 1)
  const stopped = server.stop()
  let isStopped = false
  void stopped.then(() => {
    isStopped = true
  })
  for (let passed = 0; passed < 9_000; passed += 500) {
    await jest.advanceTimersByTimeAsync(500)
    await turns(5)
  }
  expect(isStopped).toBe(true)
})

test('a connection that was being decided on when it stopped is refused, and reported as ended', async () => {
  let open: (reply: SocketReply) => void = () => undefined
  const decided = new Promise<SocketReply>((resolve) => {
    open = resolve
  })
  const server = await sockets_served({ connect: () => decided })
  const { socket, closed } = a_connection(server.url)
  socket.write(a_handshake())
  await until_it_is(() => server.contexts('CONNECT').length === 1)
  const stopped = server.stop()
  open({ statusCode: 200 })
  expect(await closed).toMatch(/^HTTP\/1\.1 503 .*"code":50307/s)
  await stopped
  expect(server.contexts('DISCONNECT')).toHaveLength(1)
})

test('a decision that is under way is waited for', async () => {
  let open: (reply: SocketReply) => void = () => undefined
  const decided = new Promise<SocketReply>((resolve) => {
    open = resolve
  })
  const server = await sockets_served({ connect: () => decided })
  const { socket } = a_connection(server.url)
  socket.write(a_handshake())
  await until_it_is(() => server.contexts('CONNECT').length === 1)
  let isStopped = false
  const stopped = server.sockets.stop().then(() => {
    isStopped = true
  })
  await turns(50)
  expect(isStopped).toBe(false)
  open({ statusCode: 401 })
  await stopped
  await server.stop()
  socket.destroy()
})

test('a handshake on a connection that is already open is refused while it stops', async () => {
  const server = await sockets_served()
  const { socket, replies, closed } = a_connection(server.url)
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await replies(1)
  const stopped = server.stop()
  socket.write(a_handshake())
  expect(await closed).toMatch(/HTTP\/1\.1 503 .*"code":50307/s)
  await stopped
  expect(server.events).toEqual([])
  const late = a_client(server.url)
  await expect(late.opened).rejects.toThrow('ECONNREFUSED')
})

test('clients that leave by the hundred are reported as ended 64 at a time', async () => {
  const ends: ((reply: SocketReply) => void)[] = []
  const server = await sockets_served({ disconnect: () => new Promise((resolve) => ends.push(resolve)) })
  const clients = await Promise.all(Array.from({ length: 100 }, () => an_open_client(server.url)))
  for (const { ws } of clients) ws.terminate()
  const stopped = server.stop()
  await until_it_is(() => ends.length === 64)
  await turns(20)
  expect(ends).toHaveLength(64)
  for (let told = 0; told < 100; told += 1) {
    await until_it_is(() => ends.length > told)
    ends[told]?.({ statusCode: 200 })
  }
  await stopped
})
