/** When the nodes of a cluster all know the same ring. */
import { setTimeout as sleep } from 'node:timers/promises'
import { tokensKnownTo } from './ask.ts'
import { addressOf, type Place } from './place.ts'
import type { Tokens } from './tokens.ts'

const LIMIT_MS = 60_000
const POLL_MS = 250

/**
 * Resolves when each of these nodes knows the tokens of them all, and no others.
 * @throws Error when one does not after a minute
 */
export const untilAgreed = async (place: Place, ring: Tokens[]): Promise<void> => {
  const all = inOrder(ring.flatMap(({ tokens }) => tokens))
  const deadline = Date.now() + LIMIT_MS
  for (const { node } of ring) {
    while (inOrder(await tokensKnownTo(addressOf(place, node))) !== all) {
      if (Date.now() > deadline) throw new Error(`node ${node} does not know the ring after a minute`)
      await sleep(POLL_MS)
    }
  }
}

const inOrder = (tokens: bigint[]) => tokens.map(String).sort().join()
