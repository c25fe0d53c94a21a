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

/**
 * Other issuers write `iat` in whole seconds, by clocks of their own: a token that seems to be up to this much younger than
 * the mark of its user, which is a second ahead itself, is withdrawn as well. Whoever signs in again within these five
 * seconds has to do so once more. Sessions of our own begin after the mark that they survive, to the millisecond.
 */
const YOUNGER_MS = 4_000

/** A withdrawal of all tokens up to this moment, in unix milliseconds, includes this one. */
export const withdrawnWithMs = ({ issuedMs, isOwn }: Pick<TokenIdentity, 'issuedMs' | 'isOwn'>): number =>
  issuedMs - (isOwn ? 0 : YOUNGER_MS)

/** Whether a withdrawal by one of its names, or of all tokens of its person, includes a token. */
export const isIncluded = (withMs: number, { what, atMs }: { what: string; atMs: number }): boolean =>
  what !== ALL_TOKENS || withMs <= atMs
