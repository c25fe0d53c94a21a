/** A client to copy: each send is stored once, however often it is retried; following one dialog, or all, misses nothing. */

export type Message = { id: string; from: string; to: string; text: string; sent_at: string }
export type Dialog = { with: string; last: Message; unread: number; more_unread: boolean } & Marks
type Marks = { read_up_to?: string; read_by_other_up_to?: string }

/** The service replies within five seconds, or not at all. */
const REPLY_MS = 6_000
const [FIRST_PAUSE_MS, MAX_PAUSE_MS, POLL_MS] = [200, 10_000, 1_000]
const BEFORE_ALL_MESSAGES = '?after=00000000-0000-7000-8000-000000000000'
const PAGE = 200
/** No reply, too many requests, and what the service, or a gateway in front of it, says when it cannot answer now. */
const RETRYABLE = [0, 429, 502, 503, 504]
const [RESTARTING, REPLACED] = [1012, 4408]

type Reply = { status: number; text: string; headers: Headers }
/** What is heard over a connection (asyncapi.json); `down`: nothing is, so that only reading tells what is new. */
type Frame =
  | { type: 'message'; message: Message }
  | { type: 'pong'; now: string; behind: boolean; ping_seconds: number; reconnect_ms: number }
  | { type: 'bye'; code: number; reconnect_ms: number }
  | { type: 'error' | 'read' | 'typing' | 'ack' | 'down' }
/** Where to read on in a dialog, and what is known of the messages behind that. */
type Place = { query: string; known: Set<string> }
/** Called for each request and connection: by the time that a token expires, it should return another one. */
type Token = () => string

/** @param timeoutMs how long to retry one request before giving up; `live` never gives up */
export const openClient = (url: string, credential: string | Token, timeoutMs = 60_000) => {
  const token = typeof credential === 'string' ? () => credential : credential
  const { ask, pages, news } = requests(url, token, timeoutMs)
  return {
    /** The message as stored. If it gives up, it may be stored all the same: retry within two days, by the key in the error. */
    send: async (to: string, text: string, key: string = crypto.randomUUID()): Promise<Message> => {
      const headers = { ...JSON_BODY, 'idempotency-key': `"${key}"` }
      const init = { method: 'POST', headers, body: JSON.stringify({ text }) }
      return JSON.parse((await ask(`send to ${to} with key ${key}`, `${pathOf(to)}/send`, init)).text)
    },
    /** Every dialog, by last activity, newest first. Those that are written to meanwhile may be missing: begin again. */
    dialogs: (): AsyncGenerator<Dialog> => pages('/dialogs', '?limit=100'),
    /** Safe to repeat, in any order: a mark never goes back. */
    markRead: async (other: string, upTo: string): Promise<void> => {
      const init = { method: 'PUT', headers: JSON_BODY, body: JSON.stringify({ up_to: upTo }) }
      await ask(`mark the dialog with ${other}`, `${pathOf(other)}/read`, init)
    },
    /** Every message of a dialog, once each, oldest first; then each new one, for as long as the caller iterates. */
    follow: async function* (other: string): AsyncGenerator<Message> {
      for (const place = beginning(); ; await sleep(POLL_MS)) yield* news(other, place)
    },
    /** Every message of all dialogs, once each, and each new one as it comes. Show them by id: a push may be lost. */
    live: (socketUrl = `${url}/socket`): AsyncGenerator<Message> => listen(url, token, socketUrl),
  }
}

const listen = async function* (url: string, token: Token, socketUrl: string): AsyncGenerator<Message> {
  const { missed } = requests(url, token, Number.POSITIVE_INFINITY)
  const [places, told] = [new Map<string, Place>(), new Set<string>()]
  const fresh = async function* (messages: AsyncIterable<Message> | Message[]) {
    for await (const message of messages) if (told.size < told.add(message.id).size) yield message
  }
  let since: string | undefined
  for await (const frame of connections(socketUrl, token, () => since)) {
    if (frame.type === 'message') yield* fresh([frame.message])
    if (frame.type !== 'down' && !(frame.type === 'pong' && frame.behind)) continue
    yield* fresh(missed(places, since))
    // Not before, and by no live frame: what was acknowledged earlier may still be on its way.
    if (frame.type === 'pong') since = frame.now
  }
}

const requests = (url: string, token: Token, timeoutMs: number) => {
  const tryOnce = async (path: string, init: RequestInit): Promise<Reply> => {
    const headers = { authorization: `Bearer ${token()}`, ...init.headers }
    const reply = await fetch(`${url}${path}`, { ...init, headers, signal: AbortSignal.timeout(REPLY_MS) })
    return { status: reply.status, text: await reply.text(), headers: reply.headers }
  }
  const ask = async (what: string, path: string, init: RequestInit = {}): Promise<Reply> => {
    const deadline = Date.now() + timeoutMs
    for (let attempt = 1; ; attempt += 1) {
      const reply = await tryOnce(path, init).catch(noReply)
      if ([200, 204].includes(reply.status)) return reply
      const reason = `attempt ${attempt} to ${what}: ${reply.status || 'no reply,'} ${reply.text}`
      if (!RETRYABLE.includes(reply.status)) throw new Error(reason)
      const pauseMs = pauseAfter(attempt, reply)
      if (Date.now() + pauseMs > deadline) throw new Error(`gave up after ${reason}`)
      await sleep(pauseMs)
    }
  }
  const pages = async function* <Entry>(path: string, first: string): AsyncGenerator<Entry> {
    for (let query: string | undefined = first; query !== undefined; ) {
      const reply: Reply = await ask(`list ${path}`, `${path}${query}`)
      yield* JSON.parse(reply.text)
      // Not the length of a page, which may be short, even empty, and have another one behind it.
      query = linked(reply, 'next')
    }
  }
  /** What is new in a dialog, oldest first. */
  const news = async function* (other: string, place: Place): AsyncGenerator<Message> {
    for (let size = PAGE; size === PAGE; ) {
      const reply = await ask(`follow the dialog with ${other}`, `${pathOf(other)}/list${place.query}`)
      const page: Message[] = JSON.parse(reply.text)
      yield* page.toReversed().filter(({ id }) => !place.known.has(id))
      place.query = linked(reply, 'prev') ?? place.query
      // The last seconds are read again each time, for messages that become visible late; what is settled is not.
      const settled = /settled=([^&]*)/.exec(place.query)?.[1] ?? /after=([^&]*)/.exec(place.query)?.[1] ?? ''
      place.known = new Set([...place.known, ...page.map(({ id }) => id)].filter((id) => id > settled))
      size = page.length
    }
  }
  /** What was acknowledged after `since`, dialog by dialog. */
  const missed = async function* (places: Map<string, Place>, since?: string): AsyncGenerator<Message> {
    const query = since === undefined ? '?limit=500' : `?limit=500&since=${since}`
    for await (const { with: other } of pages<Pick<Dialog, 'with'>>('/changes', query)) {
      const place = places.get(other) ?? beginning()
      places.set(other, place)
      yield* news(other, place)
    }
  }
  return { ask, pages, news, missed }
}

/** What is heard, over one connection after the other. */
const connections = (url: string, token: Token, since: () => string | undefined) => {
  let [socket, timer]: [WebSocket?, NodeJS.Timeout?] = []
  let [failures, spreadMs, isHeard] = [0, 0, false]
  let told: ReadableStreamDefaultController<Frame>
  const next = (ms: number, step?: () => void) => {
    clearTimeout(timer)
    timer = step && setTimeout(step, ms)
  }
  const leave = () => {
    next(0)
    if (socket) socket.onopen = socket.onclose = socket.onmessage = null
    socket?.close()
  }
  const lost = () => {
    leave()
    if (!isHeard) told.enqueue({ type: 'down' })
    next(Math.random() * Math.max(spreadMs, backoffMs(++failures)), connect)
  }
  const ping = () => {
    socket?.send(JSON.stringify({ action: 'ping', since: since() }))
    next(REPLY_MS, lost)
  }
  const hear = ({ data }: { data: unknown }) => {
    const frame: Frame = JSON.parse(String(data))
    isHeard = true
    told.enqueue(frame)
    if ('reconnect_ms' in frame) spreadMs = frame.reconnect_ms
    if (frame.type === 'pong') {
      failures = 0
      next(frame.ping_seconds * 1000, ping)
    } else if (frame.type === 'bye') {
      if (frame.code === RESTARTING) next(spreadMs, connect)
      if (frame.code !== REPLACED) return
      leave()
      told.error(new Error('this person has too many connections, of which this was the oldest'))
    }
  }
  const connect = () => {
    leave()
    isHeard = false
    const opened = new WebSocket(url, ['dialogs.v1', `bearer.${token()}`])
    socket = Object.assign(opened, { onopen: ping, onclose: lost, onmessage: hear })
    next(REPLY_MS, lost)
  }
  const start = (controller: ReadableStreamDefaultController<Frame>) => {
    told = controller
    connect()
  }
  return new ReadableStream<Frame>({ start, cancel: leave })
}

const JSON_BODY = { 'content-type': 'application/json' }
const noReply = ({ message }: Error): Reply => ({ status: 0, text: message, headers: new Headers() })
const pathOf = (other: string) => `/dialog/${encodeURIComponent(other)}`
const linked = ({ headers }: Reply, rel: string) =>
  new RegExp(`<(\\?[^>]*)>; rel="${rel}"`).exec(headers.get('link') ?? '')?.[1]
const beginning = (): Place => ({ query: `${BEFORE_ALL_MESSAGES}&limit=${PAGE}`, known: new Set() })
const backoffMs = (attempt: number) => Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt)
/** What Retry-After asks for, plus backoff with full jitter, so that clients do not all retry at once. */
const pauseAfter = (attempt: number, { headers }: Reply) =>
  (Number(headers.get('retry-after')) || 0) * 1000 + Math.random() * backoffMs(attempt)
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
