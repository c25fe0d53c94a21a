import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { SocketReply } from '../../lib/delivery/events.ts'
import { time_stands_still, turns, until_it_is } from '../fakes/still-time.ts'
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
afterEach(async () => {
  jest.useRealTimers()
  await server.stop()
})

describe('a client', () => {
  beforeEach(async () => {
    server = await sockets_served()
  })

  test('that sends a 41st frame at once is told so, and its connection is closed; the 40 are answered', async () => {
    time_stands_still()
    const { ws, closed, heard, byes } = await an_open_client(server.url)
    for (let count = 1; count <= 41; count += 1) ws.send(`${count}`)
    expect(await closed).toBe(4429)
    expect(byes()).toEqual([{ type: 'bye', code: 4429, reconnect_ms: 1_000 }])
    expect(server.contexts('MESSAGE').length).toBeLessThanOrEqual(40)
    expect(heard.at(-1)).toContain('bye')
  })

  test('may send 20 frames a second for as long as it likes', async () => {
    time_stands_still()
    const { ws, hears } = await an_open_client(server.url)
    for (let second = 1; second <= 5; second += 1) {
      for (let count = 1; count <= 20; count += 1) ws.send('x')
      await hears(second * 20)
      await jest.advanceTimersByTimeAsync(1_000)
    }
    expect(ws.readyState).toBe(ws.OPEN)
    ws.terminate()
  })

  test('is closed when it sends a binary frame', async () => {
    const { ws, closed } = await an_open_client(server.url)
    ws.send(Buffer.from('{"action":"ping"}'), { binary: true })
    expect(await closed).toBe(1003)
    expect(server.contexts('MESSAGE')).toEqual([])
  })

  test('is closed when its text is not UTF-8', async () => {
    const { ws, closed } = await an_open_client(server.url)
    ws.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false })
    expect(await closed).toBe(1007)
    expect(server.contexts('MESSAGE')).toEqual([])
  })

  test('may send 32 KiB, and is closed for a byte more', async () => {
    const { ws, hears, closed } = await an_open_client(server.url)
    ws.send('x'.repeat(32 * 1024))
    await hears(1)
    ws.send('x'.repeat(32 * 1024 + 1))
    expect(await closed).toBe(1009)
    expect(server.contexts('MESSAGE')).toHaveLength(1)
    await until('the end is told', () => server.ended().length === 1)
  })

  test('may send 32 KiB in pieces, and is closed for a byte more', async () => {
    const { ws, closed } = await an_open_client(server.url)
    ws.send('x'.repeat(20 * 1024), { fin: false })
    ws.send('x'.repeat(12 * 1024 + 1), { fin: true })
    expect(await closed).toBe(1009)
    expect(server.contexts('MESSAGE')).toEqual([])
  })

  test.each([
    ['an unmasked frame', Buffer.from([0x81, 0x01, 0x78])],
    ['a reserved opcode', a_raw_frame('x', 3)],
    ['a continuation of nothing', a_raw_frame('x', 0)],
    ['a ping of more than 125 bytes', Buffer.from([0x89, 0xfe, 0x00, 0x7e, 0, 0, 0, 0])],
    ['a compressed frame', a_raw_frame('x', 0x41)],
  ])('that breaks the protocol by %s is closed, and told as ended', async (_, bytes) => {
    const { socket, closed } = a_connection(server.url)
    socket.write(Buffer.concat([Buffer.from(a_handshake()), bytes]))
    await closed
    await until('the end is told', () => server.ended().length === 1)
    expect(server.contexts('MESSAGE')).toEqual([])
  })
})

describe('frames of one connection', () => {
  test('are handled eight at a time; the rest wait, and are neither lost nor counted as a burst', async () => {
    const answers: ((reply: SocketReply) => void)[] = []
    server = await sockets_served({ frame: () => new Promise((resolve) => answers.push(resolve)) })
    time_stands_still()
    const { ws, heard } = await an_open_client(server.url)
    for (let count = 1; count <= 40; count += 1) ws.send(`${count}`)
    await until_it_is(() => answers.length === 8)
    // Five seconds of silence of ours: what it is entitled to send meanwhile.
    await jest.advanceTimersByTimeAsync(5_000)
    for (let count = 41; count <= 140; count += 1) ws.send(`${count}`)
    await turns(20)
    expect(answers).toHaveLength(8)
    for (let count = 1; count <= 140; count += 1) {
      await until_it_is(() => answers.length > 0)
      expect(answers.length).toBeLessThanOrEqual(8)
      answers.shift()?.({ statusCode: 200, body: `${count}` })
    }
    await until_it_is(() => heard.length === 140)
    expect(server.events.flatMap(({ body }) => body ?? [])).toEqual(
      Array.from({ length: 140 }, (_, index) => `${index + 1}`),
    )
    ws.terminate()
  })

  test('that are never answered give up their places after ten seconds', async () => {
    let asked = 0
    server = await sockets_served({
      frame: () => {
        asked += 1
        return new Promise(() => undefined)
      },
    })
    time_stands_still()
    const { ws } = await an_open_client(server.url)
    for (let count = 1; count <= 9; count += 1) ws.send('x')
    await until_it_is(() => asked === 8)
    await jest.advanceTimersByTimeAsync(9_999)
    await turns(5)
    expect(asked).toBe(8)
    await jest.advanceTimersByTimeAsync(1)
    await until_it_is(() => asked === 9)
    ws.terminate()
    await until_it_is(() => ws.readyState === ws.CLOSED)
    await jest.advanceTimersByTimeAsync(10_000)
    await until_it_is(() => server.ended().length === 1)
  })

  test('whose handler fails are not answered, and the next one is', async () => {
    const outcomes = [Promise.reject(new Error('a bug')), Promise.resolve({ statusCode: 200, body: 'fine' })]
    server = await sockets_served({ frame: async () => (await outcomes.shift()) ?? { statusCode: 200 } })
    const { ws, hears } = await an_open_client(server.url)
    for (const text of ['1', '2', '3']) ws.send(text)
    expect(await hears(1)).toEqual(['fine'])
    expect(server.lines).toEqual([expect.objectContaining({ message: 'a frame was not answered' })])
    ws.terminate()
  })

  test('that arrived before the end are answered before the end is recorded', async () => {
    const answers: ((reply: SocketReply) => void)[] = []
    server = await sockets_served({ frame: () => new Promise((resolve) => answers.push(resolve)) })
    const { ws, closed } = await an_open_client(server.url)
    for (let count = 1; count <= 10; count += 1) ws.send(`${count}`)
    ws.close()
    await until('eight have begun', () => answers.length === 8)
    for (let count = 1; count <= 9; count += 1) {
      await until('there is one', () => answers.length > 0)
      answers.shift()?.({ statusCode: 200, body: 'x' })
    }
    await until('the last has begun', () => answers.length === 1)
    await closed
    expect(server.ended()).toEqual([])
    answers.shift()?.({ statusCode: 200, body: 'x' })
    await until('the end is told', () => server.ended().length === 1)
    expect(server.contexts('MESSAGE')).toHaveLength(10)
  })
})
