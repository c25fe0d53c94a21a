/** A reply on its way to a client: one that still sends, or does not take it, included. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { App } from '../context.ts'
import type { HttpResponse } from './exchange.ts'

/** A client may go on sending a body that was refused for this long, before its connection is closed. */
const LINGER_MS = 1_000
/** A reply of this size may have to wait for its client. */
const LARGE_REPLY_BYTES = 64 * 1024
/** For a client to take such a reply: 3 MB at 0.5 Mbit/s. */
const TAKEN_WITHIN_MS = 60_000

/**
 * Were a connection closed while its client still sends, the client would see a reset instead of our reply.
 * So the reply is written, what still comes is thrown away, and the connection is closed after that, or soon.
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

/** A client that takes its reply slowly holds its memory, and keeps others from theirs: not for ever. */
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

/** The bytes of a reply after which the connection is closed, for a request of which node:http made nothing. */
export const lastReply = ({ statusCode, headers, body }: HttpResponse): string => {
  const all = { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}`, ...lines, '', body].join('\r\n')
}
