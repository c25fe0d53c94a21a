/** A service that says over connections exactly what a test has it say, and over HTTP what has changed. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

export type Accepted = {
  ws: WebSocket
  /** Of the subprotocols that were offered. */
  token: string
  /** All frames so far. */
  frames: Record<string, unknown>[]
  says: (frame: object) => void
  /** Resolves to the frame with this number, from 0, once it has come. */
  hears: (number: number) => Promise<Record<string, unknown>>
}

/** `answer`: a status, and a page of any operation that lists. */
type Script = { answer: (url: string) => { status: number; page: object[] } }

export const a_scripted_service = async ({ answer }: Script) => {
  const asked: string[] = []
  const accepted: Accepted[] = []
  const waiting = new Set<() => void>()
  const look = () => {
    for (const step of waiting) step()
  }
  const until = <Found>(find: () => Found | undefined) =>
    new Promise<Found>((resolve) => {
      const step = () => {
        const found = find()
        if (found === undefined) return
        waiting.delete(step)
        resolve(found)
      }
      waiting.add(step)
      step()
    })
  let refuses = false
  const http = createServer(({ url = '' }, reply) => {
    asked.push(url)
    const { status, page } = answer(url)
    reply.writeHead(status).end(JSON.stringify(page))
    look()
  })
  const sockets = new WebSocketServer({
    server: http,
    verifyClient: () => !refuses,
    handleProtocols: () => 'dialogs.v1',
  })
  sockets.on('connection', (ws, { headers }: IncomingMessage) => {
    const token = /bearer\.([^, ]+)/.exec(String(headers['sec-websocket-protocol']))?.[1] ?? ''
    const frames: Accepted['frames'] = []
    ws.on('message', (data) => {
      frames.push(JSON.parse(data.toString()))
      look()
    })
    accepted.push({
      ws,
      token,
      frames,
      says: (frame) => ws.send(JSON.stringify(frame)),
      hears: (number) => until(() => frames[number]),
    })
    look()
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    /** What was asked over HTTP, in order. */
    asked,
    /** From now on, handshakes are refused. */
    refuse: () => {
      refuses = true
    },
    /** Resolves to the connection with this number, from 0, once it is there. */
    connection: (number: number) => until(() => accepted[number]),
    close: async () => {
      for (const { ws } of accepted) ws.terminate()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}
