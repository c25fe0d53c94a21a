/** A request as node:http presents it -> one plain request. */
import type { IncomingMessage } from 'node:http'
import { Fault } from '../errors.ts'
import { BODY_MAX_BYTES } from './body.ts'
import { append, forwardedFor, type HttpRequest, NO_BODY, parametersIn, parseQuery } from './request.ts'

/** `rawPath` is as it was sent, not decoded. */
export type IncomingRequest = HttpRequest & { rawPath: string }

export const readIncoming = (message: IncomingMessage, body: Buffer): IncomingRequest => {
  const address = originForm(String(message.url))
  const mark = address.indexOf('?')
  const rawPath = mark < 0 ? address : address.slice(0, mark)
  const headers = headersOf(message)
  return {
    rawPath,
    method: message.method,
    headers,
    query: parseQuery(mark < 0 ? '' : address.slice(mark + 1)),
    body,
    path: (template) => parametersIn(rawPath, template),
    expectsHeaderLists: false,
    origin: () => ({ address: message.socket.remoteAddress, forwardedFor: forwardedFor(headers) }),
  }
}

/** A proxy may send the absolute form of the address (RFC 9112, 3.2.2). */
const originForm = (url: string) => (url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*/i, ''))

/** RFC 9112, section 3.2: one Host, which HTTP/1.0 may leave out. @throws Fault `malformed_request` */
export const requireOneHost = ({ httpVersion }: IncomingMessage, { headers }: HttpRequest) => {
  const hosts = headers.get('host')?.length ?? 0
  if (hosts > 1 || (hosts === 0 && httpVersion !== '1.0'))
    throw new Fault('malformed_request', `${hosts} Host headers`, { headers: { connection: 'close' } })
}

/** Not `headersDistinct`, where a header named __proto__ sets the prototype of the result. */
const headersOf = ({ rawHeaders }: IncomingMessage): Map<string, string[]> => {
  const headers = new Map<string, string[]>()
  for (let index = 0; index < rawHeaders.length; index += 2)
    append(headers, String(rawHeaders[index]).toLowerCase(), [String(rawHeaders[index + 1])])
  return headers
}

export const lengthOf = (request: IncomingMessage): number => Number(request.headers['content-length'] ?? 0)

/** A request that declares no body has none (RFC 9112, section 6.3). */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined

/** `too large` is returned as soon as it is known; bytes that arrive later are discarded. */
export const bodyOf = async (request: IncomingMessage): Promise<Buffer | 'too large' | 'incomplete'> =>
  hasBody(request) ? readBody(request) : NO_BODY

const readBody = (request: IncomingMessage): Promise<Buffer | 'too large' | 'incomplete'> =>
  new Promise((resolve) => {
    if (lengthOf(request) > BODY_MAX_BYTES) resolve('too large')
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > BODY_MAX_BYTES) resolve('too large')
      else chunks.push(chunk)
    })
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('close', () => resolve('incomplete'))
  })
