/** Sends a reply, even to a client that is still sending or does not read. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { App } from '../context.ts'
import type { HttpResponse } from './exchange.ts'

/** How long a client may go on sending a refused body before its connection is closed. */
const LINGER_MS = 1_000
/** From this size on, a reply may have to wait for its client to read it. */
const LARGE_REPLY_BYTES = 64 * 1024
/** How long a client may take to read such a reply: enough for 3 MB at 0.5 Mbit/s. */
const TAKEN_WITHIN_MS = 60_000

/**
 * If a connection is closed while its client is still sending, the client sees a reset instead of the reply. So the reply
 * is written, further input is discarded, and the connection is closed when the input ends, or after a timeout.
 */
export const write = (
  response: ServerResponse,
  { statusCode, headers, body }: HttpResponse,
  more: Record<string, string>,
  stillSending?: IncomingMessage,
): void => {
  if (statusCode !== 204) headers['content-length'] = String(Buffer.byteLength(body))
  response.writeHead(statusCode, Object.assign(headers, more))
  if (!stillSending) {
    response.end(body)
    return
  }
  response.write(body)
  const end = () => response.end()
  const timer = setTimeout(end, LINGER_MS)
  stillSending.once('end', end).once('close', () => clearTimeout(timer))
  stillSending.resume()
}

/** A client that reads slowly occupies memory that others wait for: it is disconnected after a timeout. */
export const chargeUntilTaken = (
  response: ServerResponse,
  { body: { length } }: HttpResponse,
  app: Pick<App, 'replyBytes'>,
): void => {
  if (length <= LARGE_REPLY_BYTES || response.destroyed) return
  const charge = app.replyBytes().charge(length)
  const timer = setTimeout(() => response.destroy(), TAKEN_WITHIN_MS)
  response.once('close', () => {
    clearTimeout(timer)
    charge.release()
  })
}

/** The raw bytes of a reply that closes the connection, for input that node:http could not parse as a request. */
export const lastReply = ({ statusCode, headers, body }: HttpResponse): string => {
  const all = { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}`, ...lines, '', body].join('\r\n')
}
