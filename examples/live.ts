/** Live updates, to copy together with client.ts: they follow docs/push.md, and miss nothing, whatever dies. */
import { type Message, openClient, type Token } from './client.ts'

type Pong = {
  type: 'pong'
  now: string
  behind: boolean
  expires_at: string
  ping_seconds: number
  reconnect_ms: number
}
/** A frame of the service (asyncapi.json), or `down`: no connection, so that only HTTP tells what is new. */
type Frame =
  | { type: 'message'; message: Message }
  | Pong
  | { type: 'bye'; code: number; reconnect_ms: number }
  | { type: 'error' | 'read' | 'typing' | 'ack' | 'down' }

const [PONG_MS, FIRST_PAUSE_MS, MAX_PAUSE_MS] = [10_000, 200, 10_000]
const [RESTARTING, REPLACED] = [1012, 4408]

/**
 * Every message of all dialogs, once each: first those that exist, then each new one. Show them by id: one may come late.
 * @throws Error of `token`, or once the service takes no token any more, or has closed this connection for newer ones of the same person
 */
export const live = async function* (
  url: string,
  token: Token,
  socketUrl = `${url}/socket`,
): AsyncGenerator<Message> {
  const { missed } = openClient(url, token, Number.POSITIVE_INFINITY)
  const told = new Set<string>()
  const fresh = async function* (messages: AsyncIterable<Message> | Message[]) {
    for await (const message of messages) if (told.size < told.add(message.id).size) yield message
  }
  let since: string | undefined
  for await (const frame of frames(socketUrl, token, () => since)) {
    if (frame.type === 'message') yield* fresh([frame.message])
    if (frame.type !== 'down' && !(frame.type === 'pong' && frame.behind)) continue
    yield* fresh(missed(since))
    // Not earlier, and never by a live frame: what was acknowledged before may still be on its way.
    if (frame.type === 'pong') since = frame.now
  }
}

type Line = { end: () => void; isHeard: boolean }
type Listener = {
  hear: (frame: Frame, line: Line) => void
  lost: (line: Line) => void
  attempt: (step: () => void) => void
}
type Since = () => string | undefined

/** The frames of one connection after the other: older ones are closed when a new one has answered. */
const frames = (url: string, token: Token, since: Since) => {
  let output: ReadableStreamDefaultController<Frame>
  const lines: Line[] = []
  let timer: NodeJS.Timeout | undefined
  let [failures, spreadMs] = [0, 0]
  const connect = () =>
    attempt(() => {
      const socket = new WebSocket(url, ['dialogs.v1', `bearer.${token()}`])
      lines.push(openLine(socket, token, since, { hear, lost, attempt }))
    })
  const connectIn = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(connect, ms)
  }
  const leave = () => {
    clearTimeout(timer)
    for (const { end } of lines) end()
  }
  const fail = (error: unknown) => {
    leave()
    output.error(error)
  }
  /** Without a token, or with one that cannot be sent, it throws: in a timer, where nobody else would hear of it. */
  const attempt = (step: () => void) => {
    try {
      step()
    } catch (error) {
      fail(error)
    }
  }
  const hear = (frame: Frame, line: Line) => {
    output.enqueue(frame)
    if ('reconnect_ms' in frame) spreadMs = frame.reconnect_ms
    if (frame.type === 'bye') obey(frame.code, line)
    if (frame.type !== 'pong') return
    for (const { end } of lines.splice(0, lines.indexOf(line))) end()
    failures = 0
  }
  const obey = (code: number, line: Line) => {
    if (code === RESTARTING && line === lines.at(-1)) connectIn(spreadMs)
    if (code === REPLACED) fail(new Error('too many connections, of which this was the oldest'))
  }
  const lost = (line: Line) => {
    if (line !== lines.at(-1)) return
    if (!line.isHeard) output.enqueue({ type: 'down' })
    failures += 1
    connectIn(Math.random() * Math.max(spreadMs, Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures)))
  }
  const start = (controller: ReadableStreamDefaultController<Frame>) => {
    output = controller
    connect()
  }
  return new ReadableStream<Frame>({ start, cancel: leave })
}

const openLine = (socket: WebSocket, token: Token, since: Since, { hear, lost, attempt }: Listener): Line => {
  let timer: NodeJS.Timeout | undefined
  const next = (ms: number, step: () => void) => {
    clearTimeout(timer)
    timer = setTimeout(step, ms)
  }
  const end = () => {
    clearTimeout(timer)
    socket.onopen = socket.onclose = socket.onmessage = null
    socket.close()
  }
  const line = { end, isHeard: false }
  const fail = () => {
    end()
    lost(line)
  }
  const say = (frame: object) => {
    socket.send(JSON.stringify({ ...frame, since: since() }))
    next(PONG_MS, fail)
  }
  const ping = () => say({ action: 'ping' })
  // Answered as a ping is.
  const renew = () => attempt(() => say({ action: 'auth', token: token() }))
  socket.onopen = ping
  socket.onclose = fail
  socket.onmessage = ({ data }) => {
    const frame: Frame = JSON.parse(String(data))
    if (frame.type === 'pong') {
      line.isHeard = true
      next(frame.ping_seconds * 1000, isExpiring(frame) ? renew : ping)
    }
    hear(frame, line)
  }
  next(PONG_MS, fail)
  return line
}

/** By the clock of the service: before the ping after the next one. */
const isExpiring = ({ now, expires_at, ping_seconds }: Pong) =>
  Date.parse(expires_at) - Date.parse(now) < 2 * ping_seconds * 1000
