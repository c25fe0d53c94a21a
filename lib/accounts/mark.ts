/** The mark of a person: everything issued, and every session begun, up to that moment is withdrawn. */
import type { UserId } from '../model/ids.ts'
import { SESSION_MS } from '../model/session.ts'
import { ALL_TOKENS } from '../model/token.ts'
import type { Store } from '../store/store.ts'

/** More than the clocks of two instances may differ. */
const CLOCKS_MS = 1_000
/** Beyond the life of a token: it may seem issued later, be accepted after its end, and clocks differ. */
export const SPARE_SECONDS = 20
/** As long as a session that began before it could live, or a token of another issuer. */
export const KEPT_SECONDS = SESSION_MS / 1000 + SPARE_SECONDS

/** The latest mark in unix milliseconds; below zero: none. */
export const markOf = async (
  user: UserId,
  { store }: { store: Pick<Store, 'withdrawals'> },
): Promise<number> => {
  const [mark] = await store.withdrawals(user, [ALL_TOKENS])
  return mark?.atMs ?? Number.NEGATIVE_INFINITY
}

/**
 * A little into the future, so that nothing survives which an instance with a clock ahead of this one has issued before;
 * and after the last mark, and what was stamped right after it. What is issued from now on is stamped later than this mark.
 * @param nowMs by a clock that is within bounds
 * @returns the mark in unix milliseconds
 * @throws Fault `database_unavailable`, `write_in_doubt` (safe to repeat)
 */
export const withdrawAll = async (
  user: UserId,
  nowMs: number,
  { store }: { store: Pick<Store, 'withdraw' | 'withdrawals'> },
): Promise<number> => {
  const atMs = Math.max(nowMs + CLOCKS_MS, (await markOf(user, { store })) + 2)
  await store.withdraw(user, { what: ALL_TOKENS, atMs }, KEPT_SECONDS)
  return atMs
}
