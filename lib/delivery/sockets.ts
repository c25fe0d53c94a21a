/** All WebSockets that end in this process, up to the end of each, or of the process. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { showFrame } from '../contract/frames.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { CLOSE_CODES } from '../model/frame.ts'
import { within } from '../within.ts'
import { beginnings } from './begin.ts'
import { byPerson } from './by-person.ts'
import { disconnectEvent, type Origin, type SocketHandlers, type SocketReply } from './events.ts'
import type { LocalConnections } from './local-connections.ts'
import { ABNORMAL, Socket } from './socket.ts'
import { turns } from './turns.ts'

export type Sockets = LocalConnections & {
  /**
   * Takes over the connection of the request, or resolves to the reply that refuses it.
   * @throws Fault `overloaded`, `malformed_request`; an error of a handler
   */
  accept: (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<SocketReply | undefined>
  /** How long a client should wait before it connects again. */
  reconnectMs: () => number
  /**
   * Tells all clients to connect elsewhere, closes what is left after five seconds, and resolves within nine: later only if
   * the event loop is late, since frames are answered until then. A worker is killed after 9.5 s.
   */
  stop: () => Promise<void>
}

/** Clients of an instance that stops leave all together: recording that must not crowd out everything else. */
const ENDS_AT_ONCE = 64
/** A handler has a deadline of 4.5 s. */
const DISCONNECT_MS = 5_000
/** If all clients have to connect again, a thousand do so in a second. */
const [RECONNECT_MS, RECONNECT_MS_EACH] = [1_000, 1]
/** While stopping: when the last client is asked to leave, when the rest are closed, and when the wait ends. */
const [LAST_MS, CLOSE_MS, STOP_MS] = [4_000, 5_000, 8_500]

type Recorder = { log: Pick<Log, 'error'>; metrics: Metrics }

export const openSockets = (handlers: SocketHandlers, { log, metrics }: Recorder): Sockets => {
  const open = new Map<string, Socket>()
  const inTurn = turns(ENDS_AT_ONCE)
  let stopping = false
  const changing = changes(() => open.size)
  const tellSize = () => metrics.set('dialogs_sockets', open.size)
  tellSize()
  const disconnect = (origin: Origin, code = ABNORMAL, reason = '') => {
    const event = disconnectEvent(origin, code, reason)
    const ended = inTurn(() => within(DISCONNECT_MS, handlers.disconnect(event)))
    return changing.count(
      ended.catch((err) => log.error({ err }, 'the end of a connection was not recorded')),
    )
  }
  const begin = beginnings({ connect: handlers.connect, disconnect, isStopping: () => stopping })
  const reconnectMs = () => Math.max(RECONNECT_MS, open.size * RECONNECT_MS_EACH)
  const people = byPerson()
  const around = { frame: handlers.frame, reconnectMs, log, buffered: { bytes: 0 } }
  const accept: Sockets['accept'] = async (...handshake) => {
    const begun = await begin(...handshake)
    if ('statusCode' in begun) return begun
    const { ws, origin, person } = begun
    const { connectionId } = origin
    const onEnd = (code: number, text: string, reason: string) => {
      open.delete(connectionId)
      forget?.()
      tellSize()
      metrics.count('dialogs_socket_closes_total', reason)
      void disconnect(origin, code, text)
    }
    const socket = new Socket(ws, origin, around, onEnd)
    open.set(connectionId, socket)
    const forget = person === undefined ? undefined : people.add(person, socket)
    tellSize()
    return undefined
  }
  return {
    accept: (...handshake) => changing.count(accept(...handshake)),
    reconnectMs,
    push: (id, text) => open.get(id)?.push(text) ?? 'gone',
    close: (id, bye, code) => {
      const socket = open.get(id)
      socket?.close(code, bye)
      return socket !== undefined
    },
    stop: async () => {
      stopping = true
      const [nowMs, code] = [performance.now(), CLOSE_CODES.restarting]
      const spacingMs = LAST_MS / open.size
      for (const [place, socket] of [...open.values()].entries())
        socket.push(showFrame({ type: 'bye', code, reconnectMs: Math.floor(place * spacingMs) }))
      await changing.untilEmpty(nowMs + CLOSE_MS)
      for (const socket of open.values()) socket.close(code)
      await changing.untilEmpty(nowMs + STOP_MS)
    },
  }
}

/** Knows when no connection is open, beginning or ending. */
const changes = (size: () => number) => {
  let underWay = 0
  let look = () => {}
  return {
    count: <T>(work: Promise<T>): Promise<T> => {
      underWay += 1
      return work.finally(() => {
        underWay -= 1
        look()
      })
    },
    /** @param ms when it resolves at the latest, in monotonic milliseconds */
    untilEmpty: (ms: number) => {
      const empty = new Promise<void>((resolve) => {
        look = () => void (size() + underWay === 0 && resolve())
        look()
      })
      return within(Math.max(0, ms - performance.now()), empty)
    },
  }
}
