/** What goes on on each connection: requests that are being answered, and whether its last reply has been decided. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { Fault, type FaultKind } from '../errors.ts'
import type { HttpResponse } from './exchange.ts'
import { lastReply } from './outgoing.ts'

export type Connections = {
  /**
   * To be called when a request has been read whole. False when the connection is to be closed: a request behind the
   * last reply must not be processed (RFC 9112, 9.6).
   */
  begin: (request: IncomingMessage, response: ServerResponse) => boolean
  /** Whether no other request of this connection waits for its reply: only then may a reply announce the close. */
  isLast: (request: IncomingMessage) => boolean
  /** The reply that announces the close has been decided. */
  close: (request: IncomingMessage) => void
  /** Of node:http, for what is no HTTP, too large or too slow. */
  onClientError: (error: NodeJS.ErrnoException, socket: Duplex) => void
}

/** By the code of node:http's error; all else is not valid HTTP. */
const FAULTS: Record<string, FaultKind> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_too_slow',
}

/** @param refuse makes the reply to what is no request, and logs it */
export const openConnections = (refuse: (fault: Fault) => HttpResponse): Connections => {
  const answering = new WeakMap<Duplex, number>()
  const closing = new WeakSet<Duplex>()
  const count = (socket: Duplex, change: number) =>
    answering.set(socket, (answering.get(socket) ?? 0) + change)
  return {
    begin: ({ socket }, response) => {
      if (closing.has(socket)) return false
      count(socket, 1)
      response.once('close', () => count(socket, -1))
      return true
    },
    isLast: ({ socket }) => answering.get(socket) === 1,
    close: ({ socket }) => void closing.add(socket),
    onClientError: (error, socket) => {
      // Written now, the error would take the place of the reply to a request that may be carried out.
      if ((answering.get(socket) ?? 0) > 0 || !socket.writable) {
        socket.destroy()
        return
      }
      // A request before the error, whose body has just been read, must not be carried out after a reply that refuses it.
      closing.add(socket)
      const { code = '' } = error
      const reply = refuse(new Fault(FAULTS[code] ?? 'malformed_request', code))
      socket.end(lastReply(reply), () => socket.destroy())
    },
  }
}
