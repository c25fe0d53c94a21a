/** Exactly-once sends: whoever claims a key first decides the row that everybody with that key writes. */
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import { digestOf, type IdempotencyKey } from '../model/ids.ts'
import type { Message } from '../model/message.ts'
import type { Claim } from '../store/store.ts'
import type { Place } from './place.ts'

/** A second attempt finds out about the first; a third is for a claim that expires just then. */
const ATTEMPTS = 3

/**
 * The row to write: this request's own place if it is the first with this key. To be called when the place may be
 * written to, and not before: a repeat writes there without looking at the timeline.
 * The place is claimed as it is, however often that takes: its stamp was checked when it was made, and what a bucket
 * covers is judged by stamps. A later stamp may be past the bucket's end.
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
      // None, though the key was taken: that claim has just expired, and the key is free again.
      const claimed = (await ctx.store.claimSend(from, key, mine))
        ? mine
        : await ctx.store.readClaim(from, key)
      if (claimed) return agreed(claimed, mine)
    } catch (error) {
      // It may have got the key, now or later. The same claim, made again, cannot get it twice.
      if (!(error instanceof Fault && error.kind === 'write_in_doubt')) throw error
      doubt = error
    }
  }
  throw new Fault('write_in_doubt', 'the key may be claimed', { cause: doubt })
}

const agreed = (claimed: Claim, mine: Claim): Claim => {
  if (!claimed.fingerprint.equals(mine.fingerprint))
    throw new Fault('key_reused', 'the key was used for another message')
  return claimed
}
