/** What node:http tells of a request, as the event that a handler takes. */
import type { IncomingMessage } from 'node:http'
import { Fault } from '../errors.ts'
import { BODY_MAX_BYTES } from './body.ts'

/** An HTTP API event, but for its body, which is bytes, and its headers, each value by itself. */
export type IncomingEvent = {
  version: '2.0'
  rawPath: string
  rawQueryString: string
  requestContext: { http: { method: string } }
  multiValueHeaders: Record<string, string[]>
  body?: Buffer
}

export const eventOf = (request: IncomingMessage): IncomingEvent => {
  // A proxy may send the absolute form of the address (RFC 9112, 3.2.2).
  const [rawPath = '', ...query] = String(request.url)
    .replace(/^https?:\/\/[^/?]*/i, '')
    .split('?')
  return {
    version: '2.0',
    rawPath,
    rawQueryString: query.join('?'),
    requestContext: { http: { method: String(request.method) } },
    multiValueHeaders: headersOf(request),
  }
}

/** RFC 9112, section 3.2: one Host, which HTTP/1.0 may leave out. @throws Fault `malformed_request` */
export const requireOneHost = ({ httpVersion }: IncomingMessage, { multiValueHeaders }: IncomingEvent) => {
  const hosts = multiValueHeaders['host']?.length ?? 0
  if (hosts > 1 || (hosts === 0 && httpVersion !== '1.0'))
    throw new Fault('malformed_request', `${hosts} Host headers`, { headers: { connection: 'close' } })
}

/** Not `headersDistinct`, which lets a header named __proto__ set the prototype of what it returns. */
const headersOf = ({ rawHeaders }: IncomingMessage): Record<string, string[]> => {
  const headers: Record<string, string[]> = Object.create(null)
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]).toLowerCase()
    const value = String(rawHeaders[index + 1])
    const others = headers[name]
    if (others) others.push(value)
    else headers[name] = [value]
  }
  return headers
}

export const lengthOf = (request: IncomingMessage): number => Number(request.headers['content-length'] ?? 0)

/** Too large as soon as that is known: what comes then is not kept. */
export const bodyOf = (request: IncomingMessage): Promise<Buffer | 'too large' | 'incomplete'> =>
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
