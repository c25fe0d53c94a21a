/** The key set behind a URL: when it is fetched, and how long it stays valid if it cannot be refreshed. */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { Fault } from '../errors.ts'

const FETCH_TIMEOUT_MS = 1_500
const FETCH_AT_MOST_EVERY_MS = 30_000
const REFRESH_AFTER_MS = 10 * 60_000
/** Keys that have not been refreshed for this long are no longer used: one of them may have been withdrawn. */
const MAX_AGE_MS = 60 * 60_000

/**
 * Refreshed every ten minutes while in use, and for a token with an unknown `kid`, at most every 30 seconds. If refreshing
 * fails, the cached keys are used for up to an hour after they were fetched.
 * @throws Fault `keys_unavailable`
 */
export const remoteKeys = (url: URL): JWTVerifyGetKey => {
  let triedAt = Number.NEGATIVE_INFINITY
  let loadedAt = Number.NEGATIVE_INFINITY
  // A clock that was set back must not delay the next fetch by the time it was ahead.
  const since = (time: number) => Math.abs(Date.now() - time)
  const mayTry = () => since(triedAt) >= FETCH_AT_MOST_EVERY_MS
  const keys = createRemoteJWKSet(url, {
    // Only this file decides when to fetch: jose would back off after an error page, and treat a stale key set as fresh.
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
  /** Awaited even if the cached keys suffice: a function may be frozen once it has replied. */
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

/** That no key matches is the token's fault; that a key cannot be used is not. */
const faultOf = (error: unknown) =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys
    ? error
    : unavailable(error)

const unavailable = (cause?: unknown) => new Fault('keys_unavailable', 'cannot fetch AUTH_JWKS', { cause })
