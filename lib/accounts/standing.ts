/** Whether a token is withdrawn: asked of the database, and then known for five seconds. */
import { ALL_TOKENS, type TokenIdentity } from '../model/token.ts'
import type { Store, Withdrawal } from '../store/store.ts'

/** What has been withdrawn is refused everywhere after that, and the time that a request takes. */
const KNOWN_MS = 5_000
/**
 * Other issuers write `iat` in whole seconds, by clocks of their own: a token that seems to be up to this much younger than
 * the mark of its user, which is a second ahead itself, is withdrawn as well. Whoever signs in again within these five
 * seconds has to do so once more. Sessions of our own begin after the mark that they survive, to the millisecond.
 */
const YOUNGER_MS = 4_000

/** By both clocks: the wall clock may be set back, and the other one need not run while a function is frozen. */
type Known = { isVoid: boolean; wallMs: number; monotonicMs: number }
type Asking = { store: Pick<Store, 'withdrawals'>; now: () => number }
type Standing = (token: TokenIdentity, ctx: Asking) => boolean | Promise<boolean>

/** @param monotonic in milliseconds */
export const standings = (monotonic: () => number = () => performance.now()): Standing => {
  // By the object: as long as a verified token is kept, it is the same one.
  const known = new WeakMap<TokenIdentity, Known>()
  const isRecent = ({ wallMs, monotonicMs }: Known, nowMs: number) =>
    nowMs >= wallMs && nowMs - wallMs < KNOWN_MS && monotonic() - monotonicMs < KNOWN_MS
  const ask = async (token: TokenIdentity, { store, now }: Asking) => {
    const asked = { wallMs: now(), monotonicMs: monotonic() }
    const found = await store.withdrawals(token.user, [ALL_TOKENS, ...token.names])
    const isVoid = found.some((one) => covers(one, token))
    known.set(token, { isVoid, ...asked })
    return isVoid
  }
  return (token, ctx) => {
    const one = known.get(token)
    return one && isRecent(one, ctx.now()) ? one.isVoid : ask(token, ctx)
  }
}

/** Whether a withdrawal by one of its names, or of everything, includes a token. */
export const covers = (
  { what, atMs }: Withdrawal,
  { issuedMs, isOwn }: Pick<TokenIdentity, 'issuedMs' | 'isOwn'>,
): boolean => what !== ALL_TOKENS || issuedMs <= atMs + (isOwn ? 0 : YOUNGER_MS)
