/** Requests that ask for a WebSocket: which of them may have one, and the reply to the others. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Fault } from '../errors.ts'
import { Exchange, type HttpResponse, type Recorder } from './exchange.ts'
import { hasBody, readIncoming, requireOneHost } from './incoming.ts'
import { lastReply } from './outgoing.ts'
import { NO_BODY } from './request.ts'

const SOCKET_PATH = '/socket'

/** Takes the connection over, or resolves to a refusal. @throws Fault, or any other error, to be answered as such */
export type Accept = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
) => Promise<(Pick<HttpResponse, 'statusCode'> & Partial<HttpResponse>) | undefined>

/** How long a client may take to read a refusal. */
const LINGER_MS = 1_000

/** Any other upgrade is ignored, as a server may (RFC 9110, section 7.8): the request is answered like one without. */
export const isForSocket = (request: IncomingMessage): boolean =>
  request.method === 'GET' &&
  request.httpVersion === '1.1' &&
  request.headers.upgrade?.toLowerCase() === 'websocket' &&
  !hasBody(request) &&
  readIncoming(request, NO_BODY).rawPath === SOCKET_PATH

/** The listener of node:http. */
export const onUpgrade =
  (accept: Accept, recorder: Recorder) =>
  async (message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    socket.on('error', () => undefined)
    const request = readIncoming(message, NO_BODY)
    const fail = (error: unknown) => new Exchange(request, 'none', undefined, recorder).fail(error)
    try {
      requireOneHost(message, request)
      // Only a Node before 24.9 passes these on to us.
      if (!isForSocket(message)) throw new Fault('not_found', 'there is no other protocol')
      const refusal = await accept(message, socket, head)
      if (refusal) refuse(socket, { headers: {}, body: '', isBase64Encoded: false, ...refusal })
    } catch (error) {
      refuse(socket, fail(error))
    }
  }

const refuse = (socket: Duplex, reply: HttpResponse): void => {
  if (!socket.writable) return void socket.destroy()
  socket.end(lastReply(reply))
  // What the client still sends is discarded: unread, it would turn the reply into a reset.
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
}
