/** Failed sign-ins: of one account from one network, and of one account from networks that are new to it. */
import type { Context } from '../context.ts'
import type { Origin } from '../model/operations.ts'
import { accountsOf } from './accounts.ts'
import { networkOf } from './address.ts'
import { type Counted, countAttempt, forget, refuseOvertaken, refuseTooMany } from './attempts.ts'

/** In a row. */
const FREE_FROM_NETWORK = 5
/** In a row, from wherever: who tries from many networks must not lock its owner out of the account. */
const FREE_OF_ACCOUNT = 100
const KNOWN_SECONDS = 30 * 24 * 60 * 60
/** How old the mark of a known network may be before it is renewed. */
const RENEWED_MS = 24 * 60 * 60_000

export type SignInAttempt = {
  /**
   * Counts it.
   * @throws Fault `too_many_attempts` if its outcome must not be told, `database_unavailable`, `write_in_doubt`
   */
  failed: () => Promise<void>
  /** To be called before anything is given. @throws as `failed` */
  succeeded: () => Promise<void>
}

/**
 * Whether the account exists makes no difference.
 * @throws Fault `too_many_attempts`, before any password is looked at
 */
export const attemptSignIn = async (
  account: string,
  origin: Origin,
  ctx: Context,
): Promise<SignInAttempt> => {
  const network = networkOf(origin.address, origin.forwardedFor, accountsOf(ctx).trustedProxies)
  // A network has no space in it.
  const fromNetwork = { subject: `a:${network} ${account}`, free: FREE_FROM_NETWORK }
  const ofAccount = { subject: `u:${account}`, free: FREE_OF_ACCOUNT }
  const known = `k:${network} ${account}`
  const begun = await read([fromNetwork.subject, ofAccount.subject, known], ctx)
  const isKnown = begun.has(known)
  const limits = isKnown ? [fromNetwork] : [fromNetwork, ofAccount]
  for (const { subject, free } of limits) refuseTooMany(begun.get(subject), free, ctx.now())
  /** Each attempt has its place among all of them, and is told nothing if others were before it. */
  const takePlace = async ({ subject, free }: Limit) => {
    const others = await countAttempt(subject, begun.get(subject), ctx)
    if (limits.some((limit) => limit.subject === subject)) refuseOvertaken(begun.get(subject), others, free)
  }
  return {
    failed: async () => {
      await Promise.all([fromNetwork, ofAccount].map(takePlace))
    },
    succeeded: async () => {
      // Reading the counts would not do: a right guess would overtake the wrong ones, which are still being counted.
      await Promise.all(limits.map(takePlace))
      const counted = await read([fromNetwork.subject, ofAccount.subject], ctx)
      await Promise.all([
        ...[...counted.values()].map((one) => forget(one, ctx)),
        remember(known, begun.get(known), ctx),
      ])
    },
  }
}

type Limit = { subject: string; free: number }

const read = async (subjects: [string, ...string[]], { store }: Context): Promise<Map<string, Counted>> =>
  new Map((await store.readFailures(subjects)).map((row) => [row.subject, row]))

const remember = async (subject: string, known: Counted | undefined, { store, now }: Context) => {
  if (known && now() - known.atMs < RENEWED_MS) return
  await store.setFailures(subject, known?.failures, { failures: 0, atMs: now() }, KNOWN_SECONDS)
}
