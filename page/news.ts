/** How news arrives: over the socket, or, while there is none, by polling. */
import type { Ask } from './ask.ts'
import { Connection, type LineState } from './connection.ts'
import type { History } from './history.ts'
import type { Line } from './state.ts'
import { after } from './timers.ts'
import type { Frame, Pong } from './wire.ts'

const POLL_MS = 4_000
const HIDDEN_POLL_MS = 30_000
/** The time in a reply is in whole seconds, and by the clock of one of several instances. */
const DATE_MARGIN_MS = 30_000
/** A single failure is mostly an instance that restarts: the next connection is open before polling would be of use. */
const POLL_AFTER_FAILURES = 2

type Surroundings = {
  ask: Ask
  history: History
  /** How a socket is opened; undefined: nothing is pushed here. */
  socket: Pick<ConstructorParameters<typeof Connection>[0], 'open' | 'token' | 'prove' | 'renew'> | undefined
  onFrame: (frame: Frame) => void
  onLine: (line: Line) => void
  /** The service is reached again, or for the first time: what a catch-up does not cover has to be loaded. @throws Refused */
  onReached: () => Promise<void>
  /** Everything that has been loaded is up to date again. @throws Refused */
  onCaughtUp: (isPolling: boolean) => Promise<void>
}

export class News {
  private readonly around: Surroundings
  private readonly connection: Connection | undefined
  private failures = 0
  private isReached = false
  private isPolling = false
  private contactMs = Date.now()
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly listening = new AbortController()

  constructor(around: Surroundings) {
    this.around = around
    const { socket } = around
    if (socket) this.connection = this.connectionBy(socket)
    const { signal } = this.listening
    addEventListener('online', () => this.nudge(), { signal })
    addEventListener('offline', () => this.cut(), { signal })
    document.addEventListener('visibilitychange', () => !document.hidden && this.nudge(), { signal })
    if (this.connection) void this.connection.connect()
    else this.beginPolling()
  }

  say(frame: Record<string, unknown>): void {
    this.connection?.say(frame)
  }

  /** Somebody looks, or the network is back. */
  nudge(): void {
    this.connection?.nudge()
    if (this.isPolling) void this.poll()
  }

  /** Because the person wants it, whatever happened before. */
  connect(): void {
    void this.connection?.connect()
    if (this.isPolling) void this.poll()
  }

  stop(): void {
    this.listening.abort()
    this.endPolling()
    this.connection?.stop()
  }

  private connectionBy(socket: NonNullable<Surroundings['socket']>): Connection {
    return new Connection({
      ...socket,
      random: Math.random,
      after,
      sinceMs: () => this.around.history.following.sinceMs(),
      onPong: (pong) => this.answered(pong),
      onFrame: (frame) => this.around.onFrame(frame),
      onState: (state) => this.changed(state),
    })
  }

  private async answered({ now, behind }: Pong) {
    await this.around.history.answered({ nowMs: Date.parse(now), isBehind: behind })
    await this.around.onCaughtUp(false)
    await this.reached()
  }

  private changed(state: LineState) {
    if (state === 'live') {
      this.failures = 0
      this.endPolling()
    }
    if (state === 'closed' || state === 'displaced') this.around.history.interrupted()
    if (state !== 'closed') return this.around.onLine({ kind: state })
    this.failures += 1
    this.isReached = false
    if (this.failures >= POLL_AFTER_FAILURES) this.beginPolling()
    else if (navigator.onLine) this.around.onLine({ kind: 'connecting' })
    else this.offline()
  }

  private cut() {
    this.connection?.cut()
    this.offline()
  }

  private offline() {
    this.isReached = false
    this.around.onLine({ kind: 'offline', sinceMs: this.contactMs })
  }

  private async reached() {
    if (!this.isReached) await this.around.onReached()
    this.isReached = true
    this.contactMs = Date.now()
  }

  private beginPolling() {
    if (this.isPolling) return
    this.isPolling = true
    void this.poll()
  }

  private endPolling() {
    this.isPolling = false
    clearTimeout(this.timer)
  }

  private async poll() {
    clearTimeout(this.timer)
    const { ask, history, onLine, onCaughtUp } = this.around
    try {
      await this.reached()
      // The time of a reply before this catch-up. If it is unknown, more is asked for than is necessary.
      const nowMs = (ask.lastDateMs() ?? DATE_MARGIN_MS) - DATE_MARGIN_MS
      await history.following.answered({ nowMs, isBehind: true })
      await onCaughtUp(true)
      this.contactMs = Date.now()
      if (this.isPolling) onLine({ kind: 'polling' })
    } catch {
      if (this.isPolling) this.offline()
    }
    clearTimeout(this.timer)
    const pauseMs = document.hidden ? HIDDEN_POLL_MS : POLL_MS
    if (this.isPolling) this.timer = setTimeout(() => void this.poll(), pauseMs)
  }
}
