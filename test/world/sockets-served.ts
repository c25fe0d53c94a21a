/** WebSockets behind the server of `npm run serve`, with handlers of the test, and a client that records what it hears. */
import { WebSocket } from 'ws'
import { byteBudget } from '../../lib/byte-budget.ts'
import type { SocketEvent, SocketHandlers, SocketReply } from '../../lib/delivery/events.ts'
import { openSockets } from '../../lib/delivery/sockets.ts'
import { httpServer } from '../../lib/http/server.ts'
import { openLog } from '../../lib/log.ts'
import { NO_METRICS } from '../../lib/metrics/metrics.ts'

const HOST = '127.0.0.1'
const OK: SocketReply = { statusCode: 200 }

/** By default, every connection is accepted, and every frame is echoed. */
export const sockets_served = async (handlers: Partial<SocketHandlers> = {}, metrics = NO_METRICS) => {
  const events: SocketEvent[] = []
  const lines: Record<string, unknown>[] = []
  const noted =
    (handle: (event: SocketEvent) => Promise<SocketReply>) =>
    async (event: SocketEvent): Promise<SocketReply> => {
      events.push(event)
      return handle(event)
    }
  const log = openLog({ write: (line) => void lines.push(JSON.parse(line)) })
  const sockets = openSockets(
    {
      connect: noted(handlers.connect ?? (async () => OK)),
      frame: noted(handlers.frame ?? (async ({ body = '' }) => ({ ...OK, body }))),
      disconnect: noted(handlers.disconnect ?? (async () => OK)),
    },
    { log, metrics },
  )
  const app = { log, metrics, replyBytes: () => byteBudget(1_000_000) }
  const server = httpServer(
    [],
    { connections: 1_000, cors: { origins: [], headers: [] } },
    app,
    sockets.accept,
  )
  const url = `http://${HOST}:${await server.listen(0, HOST)}`
  const stop = () => Promise.all([sockets.stop(), server.stop()])
  /** Of the events of one type, in their order. */
  const contexts = (type: string) =>
    events.map(({ requestContext }) => requestContext).filter(({ eventType }) => eventType === type)
  return {
    url,
    sockets,
    events,
    lines,
    stop,
    contexts,
    /** The codes with which connections have ended. */
    ended: () => contexts('DISCONNECT').map(({ disconnectStatusCode }) => disconnectStatusCode),
    connectionId: () => String(contexts('CONNECT').at(-1)?.connectionId),
  }
}
export type SocketsServed = Awaited<ReturnType<typeof sockets_served>>

type Heard = { type?: string; code?: number; reconnect_ms?: number }

/** Ended by a test as `ws.terminate()`, unless the server ends it. */
export const a_client = (url: string, protocols: string[] = [], options = {}) => {
  const ws = new WebSocket(`${url.replace('http', 'ws')}/socket`, protocols, options)
  const heard: string[] = []
  const waiting: (() => void)[] = []
  ws.on('message', (data) => {
    heard.push(data.toString())
    for (const look of waiting.splice(0)) look()
  })
  ws.on('error', () => undefined)
  return {
    ws,
    heard,
    opened: new Promise<void>((resolve, reject) => {
      ws.once('open', resolve)
      ws.once('error', reject)
    }),
    closed: new Promise<number>((resolve) => ws.once('close', (code) => resolve(code))),
    /** Resolves once so many frames have been heard in all. */
    hears: async (count: number): Promise<string[]> => {
      while (heard.length < count) await new Promise<void>((resolve) => waiting.push(resolve))
      return heard
    },
    byes: () =>
      heard.flatMap((text): Heard[] => (text.startsWith('{"type":"bye"') ? [JSON.parse(text)] : [])),
  }
}

export const an_open_client = async (url: string, protocols?: string[], options?: object) => {
  const client = a_client(url, protocols, options)
  await client.opened
  return client
}

/** A masked text frame (RFC 6455, section 5.2), below 126 bytes, whose mask is zero. */
export const a_raw_frame = (payload: string | Buffer, opcode = 1) =>
  Buffer.concat([
    Buffer.from([0x80 | opcode, 0x80 | Buffer.byteLength(payload), 0, 0, 0, 0]),
    Buffer.from(payload),
  ])

export const a_handshake = (path = '/socket', ...lines: string[]) =>
  `${[
    `GET ${path} HTTP/1.1`,
    'Host: a',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...lines,
  ].join('\r\n')}\r\n\r\n`
