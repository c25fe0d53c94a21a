/** The WebSocket: opened again whenever it ends, renewed before its token expires, and never taken for alive without proof. */
import { backoffMs } from './backoff.ts'
import { type After, Timers } from './timers.ts'
import type { Frame, Pong } from './wire.ts'

/** How long the answer to a ping may take before the connection is taken for dead, whatever the socket says. */
const PONG_MS = 10_000
/** When somebody comes back to the page, they are waiting. */
const QUICK_PONG_MS = 4_000
const RENEW_EARLIER_MS = 60_000
/** A longer timeout would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
const OPEN = 1
const UNAUTHORIZED = 40101
const RESTARTING = 1012
const EXPIRED = 4401
const DISPLACED = 4408

export type Link = Pick<WebSocket, 'send' | 'close' | 'readyState'> & {
  onopen: (() => void) | null
  onclose: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
}
export type Surroundings = {
  open: (protocols: string[]) => Link
  random: () => number
  after: After
  /** As of the last catch-up, to be sent with each ping. */
  sinceMs: () => number | undefined
  token: () => string
  /** Asks over HTTP, which gets a new token if this one is refused. @throws when that cannot be known now */
  prove: () => Promise<void>
  /** Gets a new token before this one expires, if there is a way. @throws when that cannot be known now */
  renew: (used: string) => Promise<void>
  /** Catches up if necessary. @throws when that did not succeed */
  onPong: (pong: Pong) => Promise<void>
  onFrame: (frame: Frame) => void
  onState: (state: LineState) => void
}
/** `closed`: it will be opened again by itself; `displaced`: only if the person wants it. */
export type LineState = 'connecting' | 'live' | 'closed' | 'displaced'

export class Connection {
  private readonly around: Surroundings
  private link: Link | undefined
  private failures = 0
  private spreadMs = 0
  private token = ''
  /** What to do about the token before it is used again. */
  private doubt: 'none' | 'prove' | 'renew' = 'none'
  private isStopped = false
  /** Numbers the calls of `connect`, since only the last one is to succeed. */
  private turn = 0
  private readonly timers: Timers

  constructor(around: Surroundings) {
    this.around = around
    this.timers = new Timers(around.after)
  }

  /** At once, also if it is waiting to try again. */
  async connect(): Promise<void> {
    this.timers.dropAll()
    this.turn += 1
    const { turn } = this
    this.isStopped = false
    if (!this.link && this.failures === 0) this.around.onState('connecting')
    try {
      if (this.doubt === 'prove') await this.around.prove()
      if (this.doubt === 'renew') await this.around.renew(this.token)
      this.doubt = 'none'
      if (this.isStopped || turn !== this.turn) return
      this.token = this.around.token()
      this.use(this.around.open(['dialogs.v1', `bearer.${this.token}`]))
    } catch {
      if (turn === this.turn) this.lost(this.link)
    }
  }

  /** Somebody looks, or the network is back: proves that the connection is alive, or opens it. */
  nudge(): void {
    if (this.isStopped) return
    if (this.link?.readyState === OPEN) this.ping(this.link, QUICK_PONG_MS)
    else if (!this.link) void this.connect()
  }

  /** The network is gone, before the socket notices. */
  cut(): void {
    if (this.link) this.lost(this.link)
  }

  say(frame: Record<string, unknown>): void {
    if (this.link?.readyState === OPEN) this.link.send(JSON.stringify(frame))
  }

  stop(): void {
    this.isStopped = true
    this.timers.dropAll()
    const { link } = this
    this.link = undefined
    if (link) retire(link)
  }

  private use(link: Link) {
    const old = this.link
    let wasOpen = false
    link.onopen = () => {
      wasOpen = true
      this.ping(link, PONG_MS)
    }
    link.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data)) as Frame
      if (frame.type === 'pong') void this.answered(link, frame, old)
      else if (frame.type === 'bye') this.told(link, frame.code, frame.reconnect_ms)
      else if (frame.type === 'error' && frame.code === UNAUTHORIZED) this.told(link, EXPIRED, 0)
      else this.around.onFrame(frame)
    }
    link.onclose = () => {
      // Browsers do not say why a handshake failed: it may have been the token.
      if (!wasOpen) this.doubt = 'prove'
      this.lost(link)
    }
    this.link = link
    this.timers.set('pong', PONG_MS, () => this.lost(link))
  }

  private ping(link: Link, withinMs: number) {
    this.ask(link, withinMs, { action: 'ping' })
  }

  private ask(link: Link, withinMs: number, frame: Record<string, string>) {
    this.timers.set('pong', withinMs, () => this.lost(link))
    const sinceMs = this.around.sinceMs()
    const since = sinceMs !== undefined && { since: new Date(sinceMs).toISOString() }
    link.send(JSON.stringify({ ...frame, ...since }))
  }

  private async answered(link: Link, pong: Pong, old: Link | undefined) {
    if (link !== this.link) return
    this.timers.drop('pong')
    this.failures = 0
    this.spreadMs = pong.reconnect_ms
    // The new connection is there before the old one is closed.
    if (old) retire(old)
    this.timers.set('ping', pong.ping_seconds * 1_000, () => this.ping(link, PONG_MS))
    const lifeMs = Date.parse(pong.expires_at) - Date.parse(pong.now)
    const renewMs = Math.min(Math.max(1_000, lifeMs - RENEW_EARLIER_MS), LONGEST_TIMER_MS)
    this.timers.set('renew', renewMs, () => void this.renew(link))
    const isCaughtUp = await this.around.onPong(pong).then(
      () => true,
      () => false,
    )
    if (link !== this.link) return
    this.around.onState(isCaughtUp ? 'live' : 'connecting')
    // The answer to the next ping says the same again; until then it is not certain that everything is shown.
    if (!isCaughtUp) this.timers.set('ping', PONG_MS, () => this.ping(link, PONG_MS))
  }

  private async renew(link: Link) {
    const used = this.token
    try {
      await this.around.renew(used)
      this.token = this.around.token()
      if (link !== this.link || this.token === used) return
      this.ask(link, PONG_MS, { action: 'auth', token: this.token })
    } catch {
      this.timers.set('renew', PONG_MS, () => void this.renew(link))
    }
  }

  private told(link: Link, code: number, reconnectMs: number) {
    if (link !== this.link) return
    this.spreadMs = Math.max(this.spreadMs, reconnectMs)
    if (code === RESTARTING) this.timers.set('retry', reconnectMs, () => void this.connect())
    else if (code === DISPLACED) {
      this.stop()
      this.around.onState('displaced')
    } else if (code === EXPIRED) {
      this.doubt = 'renew'
      this.lost(link)
    }
  }

  /** Also before the event `close`, which a dead connection may hold up for a minute. */
  private lost(link: Link | undefined) {
    if (this.isStopped || link !== this.link) return
    this.link = undefined
    if (link) retire(link)
    this.timers.dropAll()
    this.around.onState('closed')
    const waitMs = backoffMs(this.failures, this.spreadMs, this.around.random())
    this.failures += 1
    this.timers.set('retry', waitMs, () => void this.connect())
  }
}

const retire = (link: Link) => {
  link.onopen = link.onmessage = link.onclose = null
  link.close()
}
