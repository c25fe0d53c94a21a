/** One connection that ends here: its frames in and out, within limits. */
import type { RawData, WebSocket } from 'ws'
import { showFrame } from '../contract/frames.ts'
import type { Log } from '../log.ts'
import { type Bye, CLOSE_CODES } from '../model/frame.ts'
import { within } from '../within.ts'
import { Allowance } from './allowance.ts'
import { messageEvent, type Origin, type SocketHandlers } from './events.ts'
import { Heartbeat } from './heartbeat.ts'
import type { LocalConnections } from './local-connections.ts'

const FRAMES_AT_ONCE = 8
/** Of one connection, beyond what the kernel takes. */
const BUFFERED_MAX_BYTES = 256 * 1024
/** Of all connections of a process: beyond that, one that still has something waiting is too slow for more. */
const BUFFERED_BY_ALL_MAX_BYTES = 64 * 1024 * 1024
/** A handler has a deadline of 4.5 s; one that never answers keeps its place for this long. */
const ANSWER_MS = 10_000
/** For the close frame to reach the client, and for its own to come back. */
const CLOSE_MS = 2_000
/** RFC 6455, section 7.4.1. */
const [GOING_AWAY, NO_TEXT] = [1001, 1003]
/** The same section: closed without a close frame. */
export const ABNORMAL = 1006
/** For the metrics, why the service has closed it, by the code. */
const REASONS: Record<number, string> = {
  [GOING_AWAY]: 'idle',
  [NO_TEXT]: 'not_allowed',
  ...Object.fromEntries(Object.entries(CLOSE_CODES).map(([reason, code]) => [code, reason])),
}

export type Surroundings = {
  frame: SocketHandlers['frame']
  reconnectMs: () => number
  log: Pick<Log, 'error'>
  /** What waits to be sent, on all connections of this process. */
  buffered: { bytes: number }
}
/** @param text of the client; @param reason one of the catalogue */
type OnEnd = (code: number, text: string, reason: string) => void

/** A class, since there are thousands of them. */
export class Socket {
  private readonly ws: WebSocket
  private readonly origin: Origin
  private readonly around: Surroundings
  private readonly heartbeat: Heartbeat
  private readonly allowance = new Allowance(performance.now())
  /** Read, but not begun: frames that came in the same packet as those that fill all places. */
  private readonly waiting: string[] = []
  private underWay = 0
  /** Its share of `around.buffered`. */
  private bufferedBytes = 0
  private pausedAtMs: number | undefined
  private isClosing = false
  /** Why the service has closed it, if it has. */
  private reason: string | undefined
  private end: (() => void) | undefined

  /** @param onEnd called when it is closed and none of its frames is in progress any more */
  constructor(ws: WebSocket, origin: Origin, around: Surroundings, onEnd: OnEnd) {
    this.ws = ws
    this.origin = origin
    this.around = around
    this.heartbeat = new Heartbeat(ws, () => this.close(GOING_AWAY))
    ws.on('message', (data, isBinary) => this.hear(data, isBinary))
    ws.on('ping', () => this.admit())
    ws.on('pong', () => this.admit() && this.heartbeat.answered())
    // A protocol error, not UTF-8, or over 32 KiB: ws has begun to close the connection, with the code for that.
    ws.on('error', () => {
      this.reason ??= 'not_allowed'
      this.leave()
    })
    ws.once('close', (code, text) => {
      this.isClosing = true
      this.heartbeat.stop()
      this.countBuffered()
      const reason = this.reason ?? (code === ABNORMAL ? 'lost' : 'client')
      this.end = () => onEnd(code, text.toString(), reason)
      this.proceed()
    })
  }

  push(text: string | Buffer): ReturnType<LocalConnections['push']> {
    if (this.isClosing || this.ws.readyState !== this.ws.OPEN) return 'gone'
    if (this.isSlow(Buffer.byteLength(text))) {
      this.dismiss(CLOSE_CODES.too_slow)
      return 'slow'
    }
    this.ws.send(text, { binary: false }, this.countBuffered)
    this.countBuffered()
    return 'delivered'
  }

  private isSlow(bytes: number): boolean {
    const { bufferedAmount } = this.ws
    const isFull = this.around.buffered.bytes + bytes > BUFFERED_BY_ALL_MAX_BYTES
    return bufferedAmount + bytes > BUFFERED_MAX_BYTES || (isFull && bufferedAmount > 0)
  }

  /** Called after each send, and again when what was sent has been written. */
  private readonly countBuffered = () => {
    const bytes = this.ws.readyState === this.ws.CLOSED ? 0 : this.ws.bufferedAmount
    this.around.buffered.bytes += bytes - this.bufferedBytes
    this.bufferedBytes = bytes
  }

  /** @param bye the text of a frame that says why */
  close(code: number, bye?: string): void {
    if (this.isClosing) return
    this.reason = REASONS[code]
    if (bye !== undefined) this.ws.send(bye)
    this.ws.close(code)
    this.leave()
  }

  /** Tells the client why, and closes the connection. */
  dismiss(code: Bye['code']): void {
    this.close(code, showFrame({ type: 'bye', code, reconnectMs: this.around.reconnectMs() }))
  }

  /** From now on its frames are read only to get to its close frame, and are ignored. */
  private leave(): void {
    this.isClosing = true
    this.waiting.length = 0
    this.heartbeat.stop()
    this.ws.resume()
    const timer = setTimeout(() => this.ws.terminate(), CLOSE_MS)
    this.ws.once('close', () => clearTimeout(timer))
  }

  /** Every frame counts, pings and pongs too. False: it is one too many, or comes too late. */
  private admit(): boolean {
    const isAllowed = this.allowance.spend(performance.now())
    if (this.isClosing) {
      // From whoever goes on like this, not even a close frame is waited for.
      if (!isAllowed) this.ws.pause()
      return false
    }
    if (!isAllowed) this.dismiss(CLOSE_CODES.too_many_frames)
    return isAllowed
  }

  private hear(data: RawData, isBinary: boolean): void {
    if (!this.admit()) return
    this.heartbeat.heard()
    if (isBinary) this.close(NO_TEXT)
    else {
      this.waiting.push(data.toString())
      this.proceed()
    }
  }

  private proceed(): void {
    while (this.underWay < FRAMES_AT_ONCE) {
      const text = this.waiting.shift()
      if (text === undefined) break
      this.answer(text)
    }
    this.readUnless(this.underWay === FRAMES_AT_ONCE)
    if (this.underWay > 0) return
    this.end?.()
    this.end = undefined
  }

  private async answer(text: string): Promise<void> {
    this.underWay += 1
    try {
      const reply = await within(ANSWER_MS, this.around.frame(messageEvent(this.origin, text)))
      if (reply?.body) this.push(reply.body)
    } catch (err) {
      this.around.log.error({ err }, 'a frame was not answered')
    }
    this.underWay -= 1
    this.proceed()
  }

  /** Backpressure: what is not read waits at the client, since TCP holds it back. */
  private readUnless(isFull: boolean): void {
    const nowMs = performance.now()
    if (isFull && !this.isClosing && this.pausedAtMs === undefined) {
      this.pausedAtMs = nowMs
      this.ws.pause()
    } else if (!isFull && this.pausedAtMs !== undefined) {
      this.allowance.extend(nowMs - this.pausedAtMs)
      this.pausedAtMs = undefined
      this.ws.resume()
    }
  }
}
