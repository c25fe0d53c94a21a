/** The handlers on node:http, without a gateway: limits enforced before a handler runs, and a graceful stop. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, Server as TcpServer } from 'node:net'
import type { App } from '../context.ts'
import { BODY_MAX_BYTES } from './body.ts'
import { openConnections } from './connections.ts'
import { type Cors, corsHeaders } from './cors.ts'
import type { Handler } from './endpoint.ts'
import { Exchange, type Recorder } from './exchange.ts'
import { bodyOf, lengthOf } from './incoming.ts'
import { chargeUntilTaken, write } from './outgoing.ts'
import { readEvent } from './request.ts'
import { routesTo } from './routes.ts'
import { type Accept, isForSocket, onUpgrade } from './upgrade.ts'

export type HttpServer = {
  /**
   * Resolves to the port, which the system chooses for 0.
   * @param sharesPort with other processes that say so: the system spreads connections over them (SO_REUSEPORT)
   * @throws Error of node:net, such as EADDRINUSE
   */
  listen: (port: number, host: string, sharesPort?: boolean) => Promise<number>
  /** Refuses new connections, finishes requests in flight, and resolves once all is closed: within ten seconds. */
  stop: () => Promise<void>
}

const LIMITS = {
  /** For the request line and all headers: a token may take up half of it. */
  maxHeaderSize: 16 * 1024,
  headersTimeout: 5_000,
  /** For a whole request: a slow sender is cut off. */
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  /**
   * Longer than the idle timeout of load balancers (60 s): they close first, and never use a connection that we are
   * closing.
   */
  keepAliveTimeout: 65_000,
  /** Checked in routes.ts instead, so that the refusal is a reply like any other. */
  requireHostHeader: false,
}
/** Idle timeout of a client that does not read its reply. */
const SILENCE_MS = 30_000
/** While stopping, a client that has not been told yet may use its idle connection for this long. */
const LAST_REQUEST_MS = 1_000
const STOP_MS = 9_000

/**
 * @param settings `connections`: the limit of concurrent ones; nothing is read from one beyond it
 * @param accept takes those over that become WebSockets, and ends them before `stop` can resolve; absent: none does
 */
export const httpServer = (
  handlers: Handler[],
  { connections: most, cors }: { connections: number; cors: Cors },
  app: Recorder & Pick<App, 'replyBytes'>,
  accept?: Accept,
): HttpServer => {
  let stopping = false
  const connections = openConnections((fault) =>
    new Exchange(readEvent({}), 'none', undefined, app).fail(fault),
  )
  const replyTo = routesTo(handlers, cors, app)
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await bodyOf(request)
    // The client has gone, or the last reply on this connection has been decided: the request is dropped.
    if (body === 'incomplete' || !connections.begin(request, response)) return
    const reply = await replyTo(request, body)
    const isWhole = request.complete
    const isRefused = reply.headers['connection'] === 'close'
    const closes = !isWhole || isRefused || (stopping && connections.isLast(request))
    if (closes) connections.close(request)
    const more = corsHeaders(cors, request.headers.origin)
    if (closes) more['connection'] = 'close'
    write(response, reply, more, isWhole ? undefined : request)
    chargeUntilTaken(response, reply, app)
  }
  /**
   * A handler rejects only if the log cannot be written: then the client gets no reply, and the error is a process
   * warning.
   */
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    connections.arrive(request, response)
    void answer(request, response).catch((error) => {
      response.destroy()
      process.emitWarning(String((error as Error).stack))
    })
  }
  // What becomes a WebSocket begins with its reply: none to an earlier request may come after that.
  const shouldUpgradeCallback = (request: IncomingMessage) =>
    accept !== undefined && isForSocket(request) && connections.isIdle(request)
  const server = createServer({ ...LIMITS, shouldUpgradeCallback }, onRequest)
  if (accept) server.on('upgrade', onUpgrade(accept, app))
  server.on('clientError', connections.onClientError)
  server.on('checkContinue', (request, response) => {
    if (lengthOf(request) <= BODY_MAX_BYTES) response.writeContinue()
    onRequest(request, response)
  })
  // An expectation of another kind may be ignored (RFC 9110, section 10.1.1).
  server.on('checkExpectation', onRequest)
  server.setTimeout(SILENCE_MS)
  server.maxConnections = most
  server.on('drop', () => app.metrics.count('dialogs_turned_away_total', 'too_many_connections'))
  return {
    listen: listenWith(server),
    stop: async () => {
      stopping = true
      // Not http's own close, which immediately drops idle connections on which a request may be arriving.
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

const listenWith =
  (server: Server): HttpServer['listen'] =>
  (port, host, sharesPort = false) =>
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen({ port, host, reusePort: sharesPort }, () =>
        resolve((server.address() as AddressInfo).port),
      )
    })
