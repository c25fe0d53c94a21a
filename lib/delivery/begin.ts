/** How a connection begins: its handler decides, then the handshake is answered. Until then, nothing more is read from it. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { FRAME_MAX_BYTES } from '../contract/frames.ts'
import { Fault } from '../errors.ts'
import { within } from '../within.ts'
import { connectEvent, type Origin, originOf, type SocketHandlers, type SocketReply } from './events.ts'
import { turns } from './turns.ts'

/** `person`: who has connected, if the handler says so. */
type Begun = { ws: WebSocket; origin: Origin; person?: string | undefined }
type Begin = (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<Begun | SocketReply>
type Settings = {
  connect: SocketHandlers['connect']
  /** Undoes what a handler has done for a connection that did not begin after all. */
  disconnect: (origin: Origin) => unknown
  isStopping: () => boolean
}

/** When an instance has died, its clients come all together: those beyond this limit wait, which costs little. */
const AT_ONCE = 64
/**
 * Of one message. Each piece costs some hundred bytes, however short it is: the default of ws, 16384 of one byte each, lets a
 * few connections fill the memory. No browser splits a message this short.
 */
const MOST_FRAGMENTS = 64
/** Of one frame, as they come from the kernel: 32 KiB in the smallest packets of the internet (536 bytes) are 62. */
const MOST_CHUNKS = 256
/** A handler has a deadline of 4.5 s. */
const CONNECT_MS = 5_000

/** Resolves to a reply that refuses. @throws Fault `overloaded`, `malformed_request`; an error of the handler */
export const beginnings = ({ connect, disconnect, isStopping }: Settings): Begin => {
  const inTurn = turns(AT_ONCE)
  const shakeHands = handshakes()
  const refuseWhileStopping = () => {
    if (isStopping()) throw new Fault('overloaded', 'this instance is stopping')
  }
  const decide = async (request: IncomingMessage, origin: Origin): Promise<SocketReply> => {
    const decided = connect(connectEvent(origin, request))
    const reply = await within(CONNECT_MS, decided)
    if (reply) return reply
    decided.then((late) => void (isAccepted(late) && disconnect(origin))).catch(() => undefined)
    throw new Fault('overloaded', 'a connection was not decided on in time')
  }
  return async (request, socket, head) => {
    refuseWhileStopping()
    const origin = originOf(request, randomBytes(16).toString('base64url'))
    const sinceMs = performance.now()
    const reply = await inTurn(() => {
      const isLate = socket.destroyed || performance.now() - sinceMs > CONNECT_MS
      if (isLate) throw new Fault('overloaded', 'its turn has not come in time')
      return decide(request, origin)
    })
    if (!isAccepted(reply)) return reply
    const ws = isStopping() ? undefined : shakeHands(request, socket, head, protocolIn(reply))
    if (ws) return { ws, origin, person: personIn(reply) }
    disconnect(origin)
    refuseWhileStopping()
    throw new Fault('malformed_request', 'not a handshake of a WebSocket, or its client has gone')
  }
}

const isAccepted = ({ statusCode }: SocketReply) => statusCode === 200

const personIn = ({ body }: SocketReply): string | undefined =>
  body === undefined || body === '' ? undefined : JSON.parse(body).user_id

const protocolIn = ({ headers = {} }: SocketReply): string | undefined =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol')?.[1]

/** Undefined if it is no handshake (RFC 6455, section 4.2.1), or the client has gone. */
const handshakes = () => {
  let chosen: string | undefined
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: FRAME_MAX_BYTES,
    maxFragments: MOST_FRAGMENTS,
    maxBufferedChunks: MOST_CHUNKS,
    handleProtocols: () => chosen ?? false,
  })
  // Without a listener, ws refuses by itself, in a format of its own.
  server.on('wsClientError', () => undefined)
  return (request: IncomingMessage, socket: Duplex, head: Buffer, protocol: string | undefined) => {
    let opened: WebSocket | undefined
    // Safe, since all of it is synchronous.
    chosen = protocol
    server.handleUpgrade(request, socket, head, (ws) => {
      opened = ws
    })
    return opened
  }
}
