/** A token as something that can be withdrawn: what it says of itself, once it has been verified. */
import type { UserId } from './ids.ts'

/** `sid:<session>`, `jti:<token>`, or `tok:<digest>` of a token that has no name. */
export type TokenName = `${'sid' | 'jti' | 'tok'}:${string}`

/**
 * `issuedMs`: unix milliseconds; of a token of our own, when its session began. `names`: that of its session, if it has one,
 * and its own. `maxAgeSeconds`: after it was issued, no token is accepted any more.
 */
export type TokenIdentity = {
  user: UserId
  issuedMs: number
  names: TokenName[]
  maxAgeSeconds: number
  isOwn: boolean
}

/** Everything of a person that was issued up to a moment. */
export const ALL_TOKENS = '*'
