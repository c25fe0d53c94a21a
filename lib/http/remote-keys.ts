/** The key set behind a URL: when it is fetched, and how long it counts while it cannot be fetched. */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { Fault } from '../errors.ts'

const FETCH_TIMEOUT_MS = 1_500
const FETCH_AT_MOST_EVERY_MS = 30_000
const REFRESH_AFTER_MS = 10 * 60_000
/** Keys that could not be refreshed for this long verify nothing more: one of them may have been withdrawn. */
const MAX_AGE_MS = 60 * 60_000

/**
 * Refreshed every ten minutes of use, and for a token with an unknown `kid`, at most every 30 seconds. While that fails
 * the keys at hand go on verifying, for an hour since they were fetched.
 * @throws Fault `keys_unavailable`
 */
export const remoteKeys = (url: URL): JWTVerifyGetKey => {
  let triedAt = Number.NEGATIVE_INFINITY
  let loadedAt = Number.NEGATIVE_INFINITY
  // A clock that was set back must not keep us from looking for as long as it was ahead.
  const since = (time: number) => Math.abs(Date.now() - time)
  const mayTry = () => since(triedAt) >= FETCH_AT_MOST_EVERY_MS
  const keys = createRemoteJWKSet(url, {
    // When to fetch is decided here alone: jose would take an error page for a reason to wait, and a key set for fresh.
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: Number.POSITIVE_INFINITY,
    timeoutDuration: FETCH_TIMEOUT_MS,
  })
  const load = async () => {
    triedAt = Date.now()
    try {
      await keys.reload()
      loadedAt = Date.now()
    } catch (cause) {
      if (since(loadedAt) > MAX_AGE_MS) throw unavailable(cause)
    }
  }
  /** Awaited even when the keys at hand will do: a function may be frozen once it has replied. */
  const refresh = async () => {
    if (loadedAt === Number.NEGATIVE_INFINITY || (since(loadedAt) > REFRESH_AFTER_MS && mayTry()))
      await load()
    if (since(loadedAt) > MAX_AGE_MS) throw unavailable()
  }
  return async (header, token) => {
    await refresh()
    try {
      return await keys(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !mayTry()) throw faultOf(error)
    }
    await load()
    return keys(header, token).catch((error) => Promise.reject(faultOf(error)))
  }
}

/** No key for this token is the token's fault; a key that cannot be used is not. */
const faultOf = (error: unknown) =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys
    ? error
    : unavailable(error)

const unavailable = (cause?: unknown) => new Fault('keys_unavailable', 'cannot fetch AUTH_JWKS', { cause })
