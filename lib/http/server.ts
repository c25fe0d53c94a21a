/** The handlers on node:http, without a gateway: their routes, limits that hold before a handler runs, a graceful stop. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, Server as TcpServer } from 'node:net'
import type { App } from '../context.ts'
import { Fault } from '../errors.ts'
import type { Log } from '../log.ts'
import { BODY_MAX_BYTES } from './body.ts'
import { openConnections } from './connections.ts'
import { type Cors, corsHeaders, preflightHeaders } from './cors.ts'
import type { Handler } from './endpoint.ts'
import { beginExchange, type HttpResponse } from './exchange.ts'
import { pathTemplate } from './path.ts'

export type HttpServer = {
  /** @throws Error of node:net, such as EADDRINUSE; resolves to the port, which the system chooses for 0 */
  listen: (port: number, host: string) => Promise<number>
  /** Refuses new connections, finishes the requests it has, and resolves when all is closed: in ten seconds at most. */
  stop: () => Promise<void>
}

/** What node:http answers by itself (431, 408, or 400 for what is no HTTP) has no body and ends the connection. */
const LIMITS = {
  /** Of the request line and all headers: a token has at most half of it. */
  maxHeaderSize: 16 * 1024,
  headersTimeout: 5_000,
  /** Of a whole request: a slow sender is cut off. */
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  /** Longer than load balancers keep theirs (60 s): they close first, and never use one that we are closing. */
  keepAliveTimeout: 65_000,
}
/** Of a client that does not take its reply. */
const SILENCE_MS = 30_000
/** So long may a client go on sending a body that was refused, before its connection is closed. */
const LINGER_MS = 1_000
/** So long may a client with an idle connection, told nothing yet, still use it while we stop. */
const LAST_REQUEST_MS = 1_000
const STOP_MS = 9_000
/** A reply of this size may have to wait for its client. */
const LARGE_REPLY_BYTES = 64 * 1024
/** For a client to take such a reply: 3 MB at 0.5 Mbit/s. */
const TAKEN_WITHIN_MS = 60_000

/** @param settings `connections`: at once; of one more, nothing is read */
export const httpServer = (
  handlers: Handler[],
  { connections: most, cors }: { connections: number; cors: Cors },
  app: Pick<App, 'log' | 'replyBytes'>,
): HttpServer => {
  const routes = handlers.map(routeOf)
  let stopping = false
  const connections = openConnections()
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await bodyOf(request)
    // Its client has gone, or the connection's last reply has been decided: nothing is done.
    if (body === 'incomplete' || !connections.begin(request, response)) return
    const reply = await replyTo(request, body, routes, cors, app.log)
    const isWhole = request.complete
    const closes = !isWhole || (stopping && connections.isLast(request))
    if (closes) connections.close(request)
    const more = { ...corsHeaders(cors, request.headers.origin), ...(closes && { connection: 'close' }) }
    write(response, reply, more, isWhole ? undefined : request)
    if (reply.body.length > LARGE_REPLY_BYTES) chargeUntilTaken(response, reply.body.length, app)
  }
  /** A handler never rejects while its log can be written: then there is nothing to tell the client, nor a place to log it. */
  const onRequest = (request: IncomingMessage, response: ServerResponse) =>
    void answer(request, response).catch((error) => {
      response.destroy()
      process.emitWarning(String((error as Error).stack))
    })
  const server = createServer(LIMITS, onRequest)
  server.on('clientError', connections.onClientError)
  server.on('checkContinue', (request, response) => {
    if (lengthOf(request) <= BODY_MAX_BYTES) response.writeContinue()
    onRequest(request, response)
  })
  server.setTimeout(SILENCE_MS)
  server.maxConnections = most
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
      }),
    stop: async () => {
      stopping = true
      // Not http's own close, which at once cuts idle connections on which a request may be on its way.
      const closed = new Promise((resolve) => TcpServer.prototype.close.call(server, resolve))
      const timers = [
        setTimeout(() => server.closeIdleConnections(), LAST_REQUEST_MS),
        setTimeout(() => server.closeAllConnections(), STOP_MS),
      ]
      await closed
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

const routeOf = (handler: Handler) => ({
  handler,
  method: handler.route.method,
  match: pathTemplate(handler.route.path).match,
})
type Route = ReturnType<typeof routeOf>

const replyTo = async (
  request: IncomingMessage,
  body: Buffer | 'too large',
  routes: Route[],
  cors: Cors,
  log: Log,
): Promise<HttpResponse> => {
  // A proxy may send the absolute form of the address (RFC 9112, 3.2.2).
  const [rawPath = '', ...query] = String(request.url)
    .replace(/^https?:\/\/[^/?]*/i, '')
    .split('?')
  const event = {
    version: '2.0',
    rawPath,
    rawQueryString: query.join('?'),
    multiValueHeaders: headersOf(request),
  }
  const refuse = (fault: Fault) => beginExchange(event, 'none', undefined, log).fail(fault)
  if (body === 'too large') return refuse(new Fault('body_too_large', `more than ${BODY_MAX_BYTES} bytes`))
  const here = routes.filter(({ match }) => match(rawPath))
  // node:http leaves out the body of a reply to HEAD (RFC 9110, 9.3.2).
  const asked = request.method === 'HEAD' ? 'GET' : request.method
  const found = here.find(({ method }) => method === asked)
  if (found) return found.handler({ ...event, body }, {})
  if (here.length === 0) return refuse(new Fault('not_found', 'no such path'))
  const methods = here.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  const allowed = request.method === 'OPTIONS' && preflightHeaders(cors, request.headers.origin, methods)
  if (allowed) return { statusCode: 204, headers: allowed, body: '', isBase64Encoded: false }
  const refused = refuse(new Fault('method_not_allowed', String(request.method)))
  return { ...refused, headers: { ...refused.headers, allow: methods.join(', ') } }
}

/** Every value by itself; not `headersDistinct`, which earlier releases of Node 22 let a header named __proto__ break. */
const headersOf = ({ rawHeaders }: IncomingMessage): Record<string, string[]> => {
  const headers: Record<string, string[]> = Object.create(null)
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]).toLowerCase()
    headers[name] = [...(headers[name] ?? []), String(rawHeaders[index + 1])]
  }
  return headers
}

const lengthOf = (request: IncomingMessage) => Number(request.headers['content-length'] ?? 0)

/** Too large as soon as that is known: what comes then is not kept. */
const bodyOf = (request: IncomingMessage): Promise<Buffer | 'too large' | 'incomplete'> =>
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

/** A client that takes its reply slowly holds its memory, and keeps others from theirs: not for ever. */
const chargeUntilTaken = (response: ServerResponse, bytes: number, app: Pick<App, 'replyBytes'>) => {
  if (response.destroyed) return
  const charge = app.replyBytes().charge(bytes)
  const timer = setTimeout(() => response.destroy(), TAKEN_WITHIN_MS)
  response.once('close', () => {
    clearTimeout(timer)
    charge.release()
  })
}

/**
 * Were a connection closed while its client still sends, the client would see a reset instead of our reply.
 * So the reply is written, what still comes is thrown away, and the connection is closed after that, or soon.
 */
const write = (
  response: ServerResponse,
  { statusCode, headers, body }: HttpResponse,
  more: Record<string, string>,
  stillSending?: IncomingMessage,
) => {
  const length = statusCode !== 204 && { 'content-length': Buffer.byteLength(body) }
  response.writeHead(statusCode, { ...headers, ...length, ...more })
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
