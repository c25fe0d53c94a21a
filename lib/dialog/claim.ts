/** Exactly-once sends: the first to claim a key decides the row that every send with that key writes. */
import type { Place } from '../buckets/place.ts'
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import { digestOf, type IdempotencyKey } from '../model/ids.ts'
import type { Message } from '../model/message.ts'
import type { Claim } from '../store/store.ts'

/** The second attempt resolves a first in doubt; the third is for a claim that expires at that moment. */
const ATTEMPTS = 3

/**
 * The row to write: this request's own place if it is the first with this key. Call it only once the place may be
 * written to: a repeat writes there without looking at the timeline.
 * Every attempt claims the same place: its stamp was checked when it was made, and the coverage of a time bucket is
 * about stamps. A new stamp could be past the end of the time bucket.
 * @throws Fault `key_reused`, `write_in_doubt`, `database_unavailable`: this request has written no message
 */
export const claim = async (
  { from, to, text }: Omit<Message, 'id'>,
  key: IdempotencyKey,
  { id, bucket }: Place,
  ctx: Context,
): Promise<Claim> => {
  const mine: Claim = { fingerprint: digestOf([Buffer.from(to), Buffer.from(text)]), id, bucket }
  let doubt: unknown
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      // Undefined although the key was taken: that claim has just expired, and the key is free again.
      const claimed = (await ctx.store.claimSend(from, key, mine))
        ? mine
        : await ctx.store.readClaim(from, key)
      if (claimed) return requireSameContent(claimed, mine)
    } catch (error) {
      // The claim may apply, now or later. Repeating the same claim is safe: it cannot apply twice.
      if (!(error instanceof Fault && error.kind === 'write_in_doubt')) throw error
      doubt = error
    }
  }
  throw new Fault('write_in_doubt', 'the key may be claimed', { cause: doubt })
}

const requireSameContent = (claimed: Claim, mine: Claim): Claim => {
  if (!claimed.fingerprint.equals(mine.fingerprint))
    throw new Fault('key_reused', 'the key was used for another message')
  return claimed
}
