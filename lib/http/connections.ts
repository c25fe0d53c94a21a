/** The state of each connection: requests in flight, and whether its last reply has been decided. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { Fault, type FaultKind } from '../errors.ts'
import type { HttpResponse } from './exchange.ts'
import { lastReply } from './outgoing.ts'

export type Connections = {
  /**
   * Call it once a request has been read completely. False if the connection is about to close: a request that follows
   * the last reply must not be processed (RFC 9112, 9.6).
   */
  begin: (request: IncomingMessage, response: ServerResponse) => boolean
  /** Whether no other request on this connection awaits its reply: only then may a reply announce the close. */
  isLast: (request: IncomingMessage) => boolean
  /** The reply that announces the close has been decided. */
  close: (request: IncomingMessage) => void
  /** The listener of node:http for input that is not HTTP, too large or too slow. */
  onClientError: (error: NodeJS.ErrnoException, socket: Duplex) => void
}

/** By error code of node:http; any other code means invalid HTTP. */
const FAULTS: Record<string, FaultKind> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_too_slow',
}

/** @param refuse makes the reply to input that is not a request, and logs it */
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
      // An error written now would be taken for the reply to a request that may still be carried out.
      if ((answering.get(socket) ?? 0) > 0 || !socket.writable) {
        socket.destroy()
        return
      }
      // A preceding request whose body has just been read must not be carried out once this refusal is sent.
      closing.add(socket)
      const { code = '' } = error
      const reply = refuse(new Fault(FAULTS[code] ?? 'malformed_request', code))
      socket.end(lastReply(reply), () => socket.destroy())
    },
  }
}
