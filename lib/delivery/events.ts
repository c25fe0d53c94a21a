/**
 * What happens on a connection, as the events of an API Gateway's WebSocket API, which the handlers are written for (AWS,
 * "Integration requests for WebSocket APIs"). Fields that identify an API at AWS, and the time as a text, are left out.
 */
import type { IncomingMessage } from 'node:http'

type RequestContext = {
  eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT'
  routeKey: '$connect' | '$default' | '$disconnect'
  connectionId: string
  messageDirection: 'IN'
  requestId: string
  /** Unix milliseconds, like `connectedAt`. */
  requestTimeEpoch: number
  connectedAt: number
  domainName: string
  identity: { sourceIp: string; userAgent?: string }
  messageId?: string
  disconnectStatusCode?: number
  disconnectReason?: string
}
export type SocketEvent = {
  requestContext: RequestContext
  headers?: Record<string, string>
  multiValueHeaders?: Record<string, string[]>
  body?: string
  isBase64Encoded: false
}
/** What a handler returns. */
export type SocketReply = { statusCode: number; headers?: Record<string, string>; body?: string }
type Handle = (event: SocketEvent) => Promise<SocketReply>
export type SocketHandlers = { connect: Handle; frame: Handle; disconnect: Handle }

/** What every event of a connection says. */
export type Origin = Pick<RequestContext, 'connectionId' | 'connectedAt' | 'domainName' | 'identity'>

export const originOf = ({ socket, headers }: IncomingMessage, connectionId: string): Origin => {
  const agent = headers['user-agent']
  return {
    connectionId,
    connectedAt: Date.now(),
    domainName: String(headers.host).replace(/:\d+$/, ''),
    identity: { sourceIp: String(socket.remoteAddress), ...(agent !== undefined && { userAgent: agent }) },
  }
}

export const connectEvent = (origin: Origin, { rawHeaders }: IncomingMessage): SocketEvent => {
  const pairs = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [[name, String(rawHeaders[at + 1])] as const] : [],
  )
  const lists = Object.entries(Object.groupBy(pairs, ([name]) => name))
  return {
    ...event(origin, 'CONNECT', '$connect'),
    headers: Object.fromEntries(pairs),
    multiValueHeaders: Object.fromEntries(
      lists.map(([name, all = []]) => [name, all.map(([, value]) => value)]),
    ),
  }
}

export const messageEvent = (origin: Origin, body: string): SocketEvent => {
  const { requestContext, ...rest } = event(origin, 'MESSAGE', '$default')
  return { requestContext: { ...requestContext, messageId: requestContext.requestId }, ...rest, body }
}

/** @param code of the close frame (RFC 6455, section 7.1.5): 1006 without one */
export const disconnectEvent = (origin: Origin, code: number, reason: string): SocketEvent => {
  const { requestContext, ...rest } = event(origin, 'DISCONNECT', '$disconnect')
  const end = { disconnectStatusCode: code, disconnectReason: reason }
  return { requestContext: { ...requestContext, ...end }, ...rest }
}

let events = 0
const event = (
  origin: Origin,
  eventType: RequestContext['eventType'],
  routeKey: RequestContext['routeKey'],
): SocketEvent => {
  events += 1
  const requestId = `${origin.connectionId}-${events}`
  const now = Date.now()
  return {
    requestContext: {
      ...origin,
      eventType,
      routeKey,
      messageDirection: 'IN',
      requestId,
      requestTimeEpoch: now,
    },
    isBase64Encoded: false,
  }
}
