/** Whether a token is withdrawn: asked of the database, and then known for five seconds. */
import { ALL_TOKENS, isIncluded, type TokenIdentity, withdrawnWithMs } from '../model/token.ts'
import type { Store } from '../store/store.ts'

/** What has been withdrawn is refused everywhere after that, and the time that a request takes. */
const KNOWN_MS = 5_000
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
    const isVoid = found.some((one) => isIncluded(withdrawnWithMs(token), one))
    known.set(token, { isVoid, ...asked })
    return isVoid
  }
  return (token, ctx) => {
    const one = known.get(token)
    return one && isRecent(one, ctx.now()) ? one.isVoid : ask(token, ctx)
  }
}
