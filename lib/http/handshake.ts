/** Who opens a connection, from the headers of its handshake (RFC 6455, section 4.1). */
import type { App } from '../context.ts'
import { SUBPROTOCOL, TOKEN_PREFIX } from '../contract/connection.ts'
import { Fault } from '../errors.ts'
import { authenticatorOf } from './caller.ts'
import type { Verified } from './token.ts'

const WEB = new Set(['http:', 'https:'])

type Headers = Map<string, string[]>

/**
 * By the headers that any request may have, or by a subprotocol, since a browser cannot set headers here.
 * @throws Fault `forbidden_origin`, `unauthorized`, `keys_unavailable`
 */
export const authenticateHandshake = async (headers: Headers, app: App): Promise<Verified> => {
  requireOrigin(headers, app)
  const tokens = offered(headers).filter((protocol) => protocol.startsWith(TOKEN_PREFIX))
  if (tokens.length === 0) return authenticatorOf(app)(headers)
  // As if each were a header of its own, since a second credential is one too many.
  const credentials = tokens.map((token) => `Bearer ${token.slice(TOKEN_PREFIX.length)}`)
  const all = [...(headers.get('authorization') ?? []), ...credentials]
  return authenticatorOf(app)(new Map([...headers, ['authorization', all]]))
}

export const offersProtocol = (headers: Headers): boolean => offered(headers).includes(SUBPROTOCOL)

const offered = (headers: Headers): string[] =>
  (headers.get('sec-websocket-protocol') ?? []).flatMap((value) => value.split(',').map((one) => one.trim()))

/**
 * A browser sends a handshake for any page, with cookies and without a preflight. We use no cookies; but a page that may not
 * use the service over HTTP may not do so here either (RFC 6455, section 10.2).
 *
 * Own is what has the host and port of this request. The scheme would belong to it (RFC 6454, section 4); but behind a proxy
 * that ends TLS, the service does not know its own.
 */
const requireOrigin = (headers: Headers, app: App) => {
  const [origin, ...others] = headers.get('origin') ?? []
  if (origin === undefined) return
  const isOwn = hostOf(origin) === headers.get('host')?.[0]?.toLowerCase()
  const isAllowed = isOwn || app.config().push?.origins.includes(origin)
  if (!isAllowed || others.length > 0) throw new Fault('forbidden_origin', 'a page of another origin')
}

/** With its port. Null for anything but a page from the web: a file, say, has an empty one. */
const hostOf = (origin: string): string | null => {
  const url = URL.parse(origin)
  return url && WEB.has(url.protocol) ? url.host : null
}
