/** Ends a session: its access tokens are void, and its refresh tokens are refused. */
import type { UserId } from '../model/ids.ts'
import type { SessionId } from '../model/session.ts'
import type { Store } from '../store/store.ts'
import { KEPT_SECONDS } from './mark.ts'

/**
 * In this order: after a failure in between, a repeat still finds the session, and completes this.
 * @throws Fault `write_in_doubt`, `database_unavailable`: to be repeated
 */
export const endSession = async (
  user: UserId,
  session: SessionId,
  { store, now }: { store: Pick<Store, 'endSession' | 'withdraw'>; now: () => number },
): Promise<void> => {
  await store.withdraw(user, { what: `sid:${session}`, atMs: now() }, KEPT_SECONDS)
  await store.endSession(user, session)
}
