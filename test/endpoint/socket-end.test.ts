import { connect } from 'node:net'
import { afterEach, expect, jest, test } from '@jest/globals'
import type { SocketReply } from '../../lib/delivery/events.ts'
import { a_turn, time_stands_still, turns, until_it_is } from '../fakes/still-time.ts'
import {
  a_handshake,
  a_raw_frame,
  an_open_client,
  type SocketsServed,
  sockets_served,
} from '../world/sockets-served.ts'

let server: SocketsServed
afterEach(async () => {
  jest.useRealTimers()
  await server.stop()
})

test('what waits for a place when we close is dropped, and the close frame of the client is read', async () => {
  const answers: ((reply: SocketReply) => void)[] = []
  server = await sockets_served({ frame: () => new Promise((resolve) => answers.push(resolve)) })
  time_stands_still()
  const { ws, closed } = await an_open_client(server.url)
  for (let count = 1; count <= 10; count += 1) ws.send(`${count}`)
  await until_it_is(() => answers.length === 8)
  server.sockets.close(server.connectionId(), '{"type":"bye","code":4401}', 4401)
  expect(await closed).toBe(4401)
  for (const answer of answers) answer({ statusCode: 200, body: 'x' })
  await until_it_is(() => server.ended().length === 1)
  expect(server.ended()).toEqual([4401])
  expect(server.contexts('MESSAGE')).toHaveLength(8)
})

test('a client that breaks the protocol, and then neither sends nor reads, is cut off after two seconds', async () => {
  server = await sockets_served()
  time_stands_still()
  const { hostname, port } = new URL(server.url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  socket.on('error', () => undefined).pause()
  socket.write(Buffer.concat([Buffer.from(a_handshake()), a_raw_frame('x', 3)]))
  await until_it_is(() => server.contexts('CONNECT').length === 1)
  await until_it_is(() => server.sockets.push(server.connectionId(), 'x') === 'gone')
  await turns(20)
  expect(server.ended()).toEqual([])
  await jest.advanceTimersByTimeAsync(2_000)
  await until_it_is(() => server.ended().length === 1)
  socket.destroy()
})

test('nothing is left of a connection that has ended', async () => {
  server = await sockets_served()
  time_stands_still()
  const before = jest.getTimerCount()
  const { ws, hears } = await an_open_client(server.url)
  ws.send('x')
  await hears(1)
  expect(jest.getTimerCount()).toBeGreaterThan(before)
  ws.terminate()
  await until_it_is(() => server.ended().length === 1)
  await a_turn()
  expect(jest.getTimerCount()).toBe(before)
})
