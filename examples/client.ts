/** A client to copy: each send is stored once, however often it is retried, and following a dialog misses nothing. */

export type Message = { id: string; from: string; to: string; text: string; sent_at: string }

/** The service replies within five seconds, or not at all. */
const REPLY_TIMEOUT_MS = 6_000
const FIRST_PAUSE_MS = 200
const MAX_PAUSE_MS = 10_000
const POLL_MS = 1_000
const PAGE = 200
const DONE = [200, 204]
/** No reply, too many requests, and what the service, or a gateway in front of it, says when it cannot answer now. */
const RETRYABLE = [0, 429, 502, 503, 504]
const BEFORE_ALL_MESSAGES = '?after=00000000-0000-7000-8000-000000000000'

export type Dialog = {
  with: string
  last: Message
  unread: number
  more_unread: boolean
  read_up_to?: string
  read_by_other_up_to?: string
}

type Reply = { status: number; text: string; headers: Headers }
const noReply = ({ message }: Error): Reply => ({ status: 0, text: message, headers: new Headers() })

/** @param timeoutMs how long to retry one request before giving up */
export const openClient = (url: string, token: string, timeoutMs = 60_000) => {
  const tryOnce = async (path: string, init: RequestInit): Promise<Reply> => {
    const headers = { authorization: `Bearer ${token}`, ...init.headers }
    const reply = await fetch(`${url}${path}`, {
      ...init,
      headers,
      signal: AbortSignal.timeout(REPLY_TIMEOUT_MS),
    })
    return { status: reply.status, text: await reply.text(), headers: reply.headers }
  }
  const ask = async (what: string, path: string, init: RequestInit = {}): Promise<Reply> => {
    const deadline = Date.now() + timeoutMs
    for (let attempt = 1; ; attempt += 1) {
      const reply = await tryOnce(path, init).catch(noReply)
      if (DONE.includes(reply.status)) return reply
      const reason = `attempt ${attempt} to ${what}: ${reply.status || 'no reply,'} ${reply.text}`
      if (!RETRYABLE.includes(reply.status)) throw new Error(reason)
      const pauseMs = pauseAfter(attempt, reply)
      if (Date.now() + pauseMs > deadline) throw new Error(`gave up after ${reason}`)
      await sleep(pauseMs)
    }
  }

  return {
    /**
     * Resolves to the message as stored. When this gives up, the message may be stored all the same: to retry later,
     * within two days, pass the key that the error names.
     */
    send: async (to: string, text: string, key: string = crypto.randomUUID()): Promise<Message> => {
      const headers = { ...JSON_BODY, 'idempotency-key': `"${key}"` }
      const init = { method: 'POST', headers, body: JSON.stringify({ text }) }
      const reply = await ask(`send to ${to} with key ${key}`, `${pathOf(to)}/send`, init)
      return JSON.parse(reply.text)
    },
    /** Every dialog, by last activity, newest first. Those that are written to meanwhile may be missing: begin again. */
    dialogs: async function* (): AsyncGenerator<Dialog> {
      for (let query: string | undefined = '?limit=100'; query !== undefined; ) {
        const reply = await ask('list the dialogs', `/dialogs${query}`)
        yield* JSON.parse(reply.text)
        // Not the length of a page, which may be short, even empty, and have another one behind it.
        query = next(reply)
      }
    },
    /** Safe to repeat, in any order: a mark never goes back. */
    markRead: async (other: string, upTo: string): Promise<void> => {
      const init = { method: 'PUT', headers: JSON_BODY, body: JSON.stringify({ up_to: upTo }) }
      await ask(`mark the dialog with ${other}`, `${pathOf(other)}/read`, init)
    },
    /** Every message of a dialog, once each, oldest first; then each new one, for as long as the caller iterates. */
    follow: async function* (other: string): AsyncGenerator<Message> {
      let known = new Set<string>()
      for (let query = `${BEFORE_ALL_MESSAGES}&limit=${PAGE}`; ; ) {
        const reply = await ask(`follow the dialog with ${other}`, `${pathOf(other)}/list${query}`)
        const page: Message[] = JSON.parse(reply.text)
        yield* page.toReversed().filter(({ id }) => !known.has(id))
        query = newer(reply) ?? query
        // The last seconds are read again each time, for messages that become visible late; what is settled is not.
        const settled = settledBy(query)
        known = new Set([...known, ...page.map(({ id }) => id)].filter((id) => id > settled))
        if (page.length < PAGE) await sleep(POLL_MS)
      }
    },
  }
}

const JSON_BODY = { 'content-type': 'application/json' }
const pathOf = (other: string) => `/dialog/${encodeURIComponent(other)}`
const next = ({ headers }: Reply) => /<(\?[^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
const newer = ({ headers }: Reply) => /<(\?[^>]*)>; rel="prev"/.exec(headers.get('link') ?? '')?.[1]

const settledBy = (query: string) =>
  /settled=([^&]*)/.exec(query)?.[1] ?? /after=([^&]*)/.exec(query)?.[1] ?? ''

/** What Retry-After asks for, plus exponential backoff with full jitter, so that clients do not all retry at once. */
const pauseAfter = (attempt: number, { headers }: Reply): number => {
  const backoffMs = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt)
  return (Number(headers.get('retry-after')) || 0) * 1000 + Math.random() * backoffMs
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
