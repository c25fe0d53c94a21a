/** A client to copy: each send is stored once, however often it is retried, and following a dialog misses nothing. */

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

type Reply = { status: number; text: string; headers: Headers }
/** Where to read on in a dialog, and which messages beyond that are known already. */
type Place = { query: string; known: Set<string> }
/** Called for each request: it should return a new token before the old one expires. */
export type Token = () => string

/** @param timeoutMs how long to retry one request before giving up */
export const openClient = (url: string, token: Token, timeoutMs = 60_000) => {
  const { ask, pages, news } = requests(url, token, timeoutMs)
  const places = new Map<string, Place>()
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
    /** What is new in all dialogs since the last time, once each; without `since`, everything. See live.ts. */
    missed: async function* (since?: string): AsyncGenerator<Message> {
      const query = since === undefined ? '?limit=500' : `?limit=500&since=${since}`
      for await (const { with: other } of pages<Pick<Dialog, 'with'>>('/changes', query)) {
        const place = places.get(other) ?? beginning()
        places.set(other, place)
        yield* news(other, place)
      }
    },
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
  return { ask, pages, news }
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
