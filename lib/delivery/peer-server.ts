/** The peer port: where other instances push to connections that end here, by the protocol of an API Gateway. */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FRAME_MAX_BYTES } from '../contract/frames.ts'
import { isTooOld } from '../push/wire.ts'
import { Span, type Tracer } from '../trace/span.ts'
import { parentOf } from '../trace/traceparent.ts'
import { endpointOf, ID } from './address.ts'
import type { LocalConnections } from './local-connections.ts'
import { type Open, opener, SEAL_BYTES } from './seal.ts'

export type PeerServer = {
  /** Resolves to the endpoint of this boot. @throws Error of node:net, such as EADDRINUSE */
  listen: (port: number, host: string) => Promise<string>
  stop: () => Promise<void>
}

const LIMITS = {
  maxHeaderSize: 2 * 1024,
  /** Callers have given up long before. */
  requestTimeout: 2_000,
  connectionsCheckingInterval: 500,
  /** Longer than callers keep connections idle. */
  keepAliveTimeout: 65_000,
}
const CONNECTIONS = 10_000
const BODY_MAX_BYTES = FRAME_MAX_BYTES + SEAL_BYTES
const [OK, DONE, FORBIDDEN, GONE, TOO_LARGE, TOO_MANY] = [200, 204, 403, 410, 413, 429]
const STATUSES = { delivered: OK, gone: GONE, slow: TOO_MANY }
const TARGET = new RegExp(`^(/${ID})/@connections/(${ID})$`)

/** @param tracer records pushes of sends that are recorded where they were made */
export const peerServer = (local: LocalConnections, secrets: string[], tracer?: Tracer): PeerServer => {
  const path = `/${randomBytes(16).toString('base64url')}`
  const answer = answers(local, opener(secrets), path, tracer)
  let endpoint = ''
  const reply = async (incoming: IncomingMessage, response: ServerResponse) => {
    const status = await answer(incoming, endpoint)
    // The rest of a body that is not read is not waited for.
    const headers = { 'content-length': 0, ...(!incoming.complete && { connection: 'close' }) }
    response.sendDate = false
    response.writeHead(status, headers).end()
  }
  const server = createServer(LIMITS, (incoming, response) => {
    // Fails if an instance of another version has sealed a `bye` that this one cannot read.
    reply(incoming, response).catch(() => response.destroy())
  })
  server.maxConnections = CONNECTIONS
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen({ port, host, exclusive: true }, () => {
          endpoint = endpointOf({ host, port: (server.address() as AddressInfo).port, path })
          resolve(endpoint)
        })
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const answers =
  (local: LocalConnections, open: Open, path: string, tracer: Tracer | undefined) =>
  async (incoming: IncomingMessage, endpoint: string): Promise<number> => {
    const { method = '', url = '' } = incoming
    const [, boot, connectionId = ''] = TARGET.exec(url) ?? []
    // Before any body is read.
    if (boot !== path) return elsewhere(boot)
    const body = await bodyOf(incoming)
    if (body === 'too large') return TOO_LARGE
    const opened = open({ method, endpoint, connectionId }, body)
    if (!opened || isTooOld(opened.sentMs, Date.now())) return FORBIDDEN
    if (method !== 'POST') return closed(local, connectionId, opened.text.toString())
    const span = spanOf(incoming, tracer)
    const delivery = local.push(connectionId, opened.text)
    span?.end({ 'dialogs.delivery': delivery })
    return STATUSES[delivery]
  }

/** The header is not sealed: whoever could change it on its way could only have a push recorded elsewhere, or not at all. */
const spanOf = ({ headersDistinct }: IncomingMessage, tracer: Tracer | undefined) => {
  const parent = tracer && parentOf(headersDistinct['traceparent'])
  return parent && new Span(tracer, 'push', 'consumer', parent)
}

/** GONE gives away no more than a refused connection would, and lets callers remove the rows of the boot before this one. */
const elsewhere = (boot: string | undefined): number => (boot === undefined ? FORBIDDEN : GONE)

const closed = (local: LocalConnections, connectionId: string, bye: string): number =>
  local.close(connectionId, bye, JSON.parse(bye).code) ? DONE : GONE

/** If a body ends too soon, what has arrived of it, which then cannot be opened. */
const bodyOf = (incoming: IncomingMessage): Promise<Buffer | 'too large'> =>
  new Promise((resolve) => {
    if (Number(incoming.headers['content-length'] ?? 0) > BODY_MAX_BYTES) return resolve('too large')
    const chunks: Buffer[] = []
    let bytes = 0
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > BODY_MAX_BYTES) resolve('too large')
      else chunks.push(chunk)
    })
    incoming.once('close', () => resolve(Buffer.concat(chunks)))
    incoming.once('end', () => resolve(Buffer.concat(chunks)))
  })
