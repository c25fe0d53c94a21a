/** How often one sender may send: a token bucket for each sender, local to this instance. */
import { LRUCache } from 'lru-cache'
import type { SendRate } from '../config/limits.ts'
import { Fault } from '../errors.ts'
import type { UserId } from '../model/ids.ts'

/** @throws Fault `too_many_sends`; one second later there is a token again */
export type Spend = (sender: UserId, nowMs: number) => void

/** Least recently used senders are evicted, and so start with a full token bucket again: about 2 MB. */
const SENDERS = 10_000

export const rateLimiter = (rate: SendRate | undefined, senders = SENDERS): Spend => {
  if (!rate) return () => undefined
  const { perSecond, burst } = rate
  const buckets = new LRUCache<UserId, { sends: number; atMs: number }>({ max: senders })
  return (sender, nowMs) => {
    const { sends, atMs } = buckets.get(sender) ?? { sends: burst, atMs: nowMs }
    // The wall clock, since a monotonic one stands still while a function is frozen. If it is set back, refilling
    // restarts there.
    const refilled = Math.min(burst, sends + (Math.max(0, nowMs - atMs) * perSecond) / 1000)
    const isEnough = refilled >= 1
    buckets.set(sender, { sends: isEnough ? refilled - 1 : refilled, atMs: nowMs })
    if (!isEnough) throw new Fault('too_many_sends', `over ${perSecond} a second, and the burst is spent`)
  }
}
