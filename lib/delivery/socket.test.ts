import { EventEmitter } from 'node:events'
import { afterEach, expect, test } from '@jest/globals'
import type { WebSocket } from 'ws'
import type { Origin } from './events.ts'
import { Socket, type Surroundings } from './socket.ts'

/** A client that reads nothing of what it is sent until a test says so. */
class UnreadSocket extends EventEmitter {
  readonly OPEN = 1
  readonly CLOSED = 3
  readyState = 1
  bufferedAmount = 0
  private readonly written: (() => void)[] = []
  ping() {}
  resume() {}
  terminate() {
    this.readyState = this.CLOSED
    this.emit('close', 1006, Buffer.alloc(0))
    for (const tell of this.written.splice(0)) tell()
  }
  close() {
    this.readyState = 2
  }
  send(text: string, _?: object, written = () => undefined) {
    this.bufferedAmount += text.length
    this.written.push(written)
  }
  read() {
    this.bufferedAmount = 0
    for (const tell of this.written.splice(0)) tell()
  }
}

const MIB = 1024 * 1024
const A_PUSH = 'x'.repeat(128 * 1024)

const opened: UnreadSocket[] = []
afterEach(() => {
  for (const ws of opened.splice(0)) ws.terminate()
})

const setting = () => {
  const around: Surroundings = {
    frame: async () => ({ statusCode: 200 }),
    reconnectMs: () => 0,
    log: { error: () => undefined },
    buffered: { bytes: 0 },
  }
  const open = () => {
    const ws = new UnreadSocket()
    opened.push(ws)
    return { ws, socket: new Socket(ws as unknown as WebSocket, {} as Origin, around, () => undefined) }
  }
  /** So many bytes, on connections with 128 KiB each that nobody has read. */
  const waiting = (bytes: number) =>
    Array.from({ length: bytes / A_PUSH.length }, () => {
      const one = open()
      expect(one.socket.push(A_PUSH)).toBe('delivered')
      return one
    })
  return { around, open, waiting }
}

test('while 64 MiB wait on all connections, one with something waiting is too slow for more, any other is told', () => {
  const { open, waiting } = setting()
  const [one] = waiting(64 * MIB)
  expect(one?.socket.push('x')).toBe('slow')
  expect(open().socket.push(A_PUSH)).toBe('delivered')
})

test('what has been read, or waits on a connection that has ended, does not count any more', () => {
  const { around, waiting } = setting()
  const all = waiting(64 * MIB)
  const [one, other] = all
  for (const { ws } of all.slice(2, 4)) ws.read()
  for (const { ws } of all.slice(4, 6)) ws.terminate()
  expect(around.buffered.bytes).toBe(64 * MIB - 4 * A_PUSH.length)
  expect(one?.socket.push('x')).toBe('delivered')
  for (const { ws } of all.slice(6)) ws.read()
  one?.ws.read()
  other?.ws.terminate()
  expect(around.buffered.bytes).toBe(0)
})
