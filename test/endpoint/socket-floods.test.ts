import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { time_stands_still, turns, until_it_is } from '../fakes/still-time.ts'
import { a_connection } from '../world/raw-http.ts'
import {
  a_handshake,
  a_raw_frame,
  an_open_client,
  type SocketsServed,
  sockets_served,
} from '../world/sockets-served.ts'

const MIB = 1024 * 1024
const CLOSE_FRAME_1008 = '\u0088\u0002\u0003\u00f0'

let server: SocketsServed
beforeEach(async () => {
  server = await sockets_served()
})
afterEach(async () => {
  jest.useRealTimers()
  await server.stop()
})

test.each([
  ['pings', 9],
  ['pongs that were not asked for', 10],
])('a client that sends 41 %s at once is told so, and not read any more if it goes on', async (_, opcode) => {
  time_stands_still()
  const { socket } = a_connection(server.url)
  let received = ''
  socket.on('data', (text) => {
    received += text
  })
  socket.write(a_handshake())
  const frames = (count: number) => Buffer.concat(Array(count).fill(a_raw_frame('', opcode)))
  socket.write(frames(40))
  await until_it_is(() => server.sockets.push(server.connectionId(), 'x') === 'delivered')
  await turns(20)
  expect(server.sockets.push(server.connectionId(), 'x')).toBe('delivered')
  socket.write(frames(1))
  await until_it_is(() => received.includes('{"type":"bye","code":4429,'))
  // Far more than the buffers of both ends take.
  while (socket.writableLength < MIB) {
    socket.write(frames(100_000))
    await turns(2)
  }
  await turns(20)
  expect(socket.writableLength).toBeGreaterThanOrEqual(MIB)
  await jest.advanceTimersByTimeAsync(2_000)
  await until_it_is(() => server.ended().length === 1)
  socket.destroy()
})

test('a client may send a text in 64 pieces, and is closed for one more', async () => {
  const { ws, hears, closed } = await an_open_client(server.url)
  const pieces = (count: number) => {
    for (let sent = 1; sent <= count; sent += 1) ws.send('x', { fin: sent === count })
  }
  pieces(64)
  expect(await hears(1)).toEqual(['x'.repeat(64)])
  pieces(65)
  expect(await closed).toBe(1008)
  expect(server.contexts('MESSAGE')).toHaveLength(1)
})

test('a client is closed when it sends one frame byte by byte', async () => {
  const { socket, closed } = a_connection(server.url)
  socket.setEncoding('latin1').setNoDelay().write(a_handshake())
  // The head of a frame of 32 KiB.
  socket.write(Buffer.from([0x81, 0xfe, 0x80, 0x00, 0, 0, 0, 0]))
  for (let sent = 1; sent < 32 * 1024 && !socket.destroyed; sent += 1) {
    socket.write('x')
    await turns(2)
  }
  expect((await closed).slice(-4)).toBe(CLOSE_FRAME_1008)
})
