/** Whether the other end of a connection is still there: a half-open connection does not show that by itself. */
import type { WebSocket } from 'ws'

const PING_MS = 25_000
const PONG_MS = 10_000
/** As at an API Gateway, where only frames count, and pings do not. */
const IDLE_MS = 10 * 60_000

/** A class, since there are thousands of them. */
export class Heartbeat {
  private readonly ws: WebSocket
  private readonly onIdle: () => void
  private timer: NodeJS.Timeout
  private isAlive = true
  private lastFrameMs = performance.now()

  /** Ends a connection that does not answer a ping. @param onIdle called when the client has sent no frame for too long */
  constructor(ws: WebSocket, onIdle: () => void) {
    this.ws = ws
    this.onIdle = onIdle
    this.timer = setTimeout(this.ask, PING_MS)
  }

  /** A pong. One that comes before the next ping is no answer to that. */
  answered(): void {
    this.isAlive = true
  }

  /** A text, which is a sign of life as well: a pong may wait behind many of them. */
  heard(): void {
    this.isAlive = true
    this.lastFrameMs = performance.now()
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  private readonly ask = () => {
    if (performance.now() - this.lastFrameMs > IDLE_MS) return this.onIdle()
    this.isAlive = false
    this.ws.ping()
    this.timer = setTimeout(this.look, PONG_MS)
  }

  private readonly look = () => {
    if (!this.isAlive) return this.ws.terminate()
    this.timer = setTimeout(this.ask, PING_MS - PONG_MS)
  }
}
