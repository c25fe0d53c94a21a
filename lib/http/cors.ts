/** Cross-origin requests (Fetch Standard, "HTTP extensions: CORS protocol"): what configured origins may do. */

/** Deny by default: only what is listed here is allowed. */
export type Cors = {
  /** Serialized origins: `https://app.example`. */
  origins: string[]
  /** Names of request headers, in addition to the API's own. */
  headers: string[]
}

const OWN_HEADERS = ['authorization', 'content-type', 'idempotency-key', 'traceparent', 'x-request-id']

const EXPOSED = 'Link, X-Request-Id, Retry-After'
const PREFLIGHT_MAX_AGE_SECONDS = 600

type Headers = Record<string, string>

/** The headers of every reply to this origin; caches must keep replies to different origins apart. */
export const corsHeaders = (cors: Cors, origin: string | undefined): Headers => ({
  ...(cors.origins.length > 0 && { vary: 'Origin' }),
  ...(isAllowed(cors, origin) && {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED,
  }),
})

/** The additional headers of a reply to a preflight; undefined if the origin is not allowed. */
export const preflightHeaders = (
  cors: Cors,
  origin: string | undefined,
  methods: string[],
): Headers | undefined =>
  isAllowed(cors, origin)
    ? {
        'access-control-allow-methods': methods.join(', '),
        'access-control-allow-headers': [...OWN_HEADERS, ...cors.headers].join(', '),
        'access-control-max-age': String(PREFLIGHT_MAX_AGE_SECONDS),
      }
    : undefined

const isAllowed = (cors: Cors, origin: string | undefined): origin is string =>
  origin !== undefined && cors.origins.includes(origin)
