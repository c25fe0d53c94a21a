/** The state of each connection: requests in flight, and whether its last reply has been decided. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { Fault, type FaultKind } from '../errors.ts'
import type { HttpResponse } from './exchange.ts'
import { lastReply } from './outgoing.ts'

export type Connections = {
  /** A request begins to be read. */
  arrive: (request: IncomingMessage, response: ServerResponse) => void
  /** Whether no request on this connection is being read, or awaits its reply. */
  isIdle: (request: IncomingMessage) => boolean
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
  const [arrived, answering] = [new WeakMap<Duplex, number>(), new WeakMap<Duplex, number>()]
  const closing = new WeakSet<Duplex>()
  /** Up to the end of its reply. */
  const countIn = (
    counts: WeakMap<Duplex, number>,
    { socket }: IncomingMessage,
    response: ServerResponse,
  ) => {
    const add = (change: number) => counts.set(socket, (counts.get(socket) ?? 0) + change)
    add(1)
    response.once('close', () => add(-1))
  }
  return {
    arrive: (request, response) => countIn(arrived, request, response),
    isIdle: ({ socket }) => !closing.has(socket) && (arrived.get(socket) ?? 0) === 0,
    begin: (request, response) => {
      if (closing.has(request.socket)) return false
      countIn(answering, request, response)
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
