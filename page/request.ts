/** One request to the service that served this page, and how it can fail. */
import { type Links, linksOf } from './link.ts'

const REPLY_TIMEOUT_MS = 10_000

/** `status` 0: there was no reply. `code` as in the contract. */
export class Refused extends Error {
  readonly status: number
  readonly code: number
  readonly retryAfterMs: number

  constructor(status: number, code: number, message: string, retryAfterMs = 0) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfterMs = retryAfterMs
  }

  /** Nothing is wrong with the request: the same one may succeed later. */
  get isPassing(): boolean {
    return [0, 429, 502, 503, 504].includes(this.status)
  }

  /** Something is wrong with the request: the same one is refused again. */
  get isFinal(): boolean {
    return this.status >= 400 && this.status < 500 && !this.isPassing
  }
}

export type Method = 'GET' | 'POST' | 'PUT'
export type Options = {
  token?: string
  body?: unknown
  headers?: Record<string, string>
  /** Goes on when the page is closed. */
  keepalive?: boolean
}
/** `dateMs`: by the service's clock, in whole seconds; NaN if it did not say. */
export type Reply<Body> = { body: Body; links: Links; dateMs: number }

/** @param path relative to this page, since a gateway may serve all of it below a prefix @throws Refused */
export const request = async <Body>(
  method: Method,
  path: string,
  { token, body, headers, keepalive = false }: Options = {},
): Promise<Reply<Body>> => {
  const { reply, text } = await exchange(path, {
    method,
    keepalive,
    cache: 'no-store',
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!reply.ok) throw refusalOf(reply, text)
  const dateMs = Date.parse(reply.headers.get('date') ?? '')
  return { body: parsed(text) as Body, links: linksOf(reply.headers.get('link')), dateMs }
}

const exchange = async (path: string, init: RequestInit) => {
  try {
    const reply = await fetch(`.${path}`, { ...init, signal: AbortSignal.timeout(REPLY_TIMEOUT_MS) })
    return { reply, text: await reply.text() }
  } catch {
    throw new Refused(0, 0, 'The service is not answering')
  }
}

const refusalOf = (reply: Response, text: string): Refused => {
  const { code = 0, message = `The service answered with status ${reply.status}` } = (parsed(text) ??
    {}) as Partial<Refused>
  const retryAfterMs = (Number(reply.headers.get('retry-after')) || 0) * 1_000
  return new Refused(reply.status, code, message, retryAfterMs)
}

/** A proxy or gateway in front of the service may answer with something else. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
