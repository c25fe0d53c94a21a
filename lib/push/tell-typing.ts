/** Somebody is typing: told to the devices of both people, and never stored. */
import { LRUCache } from 'lru-cache'
import type { Context } from '../context.ts'
import { Decided, type Typing } from '../model/operations.ts'
import { afterwards, tell } from './tell.ts'

/** Typing is shown for ten seconds: telling it more often than this is of no use. */
const PAUSE_MS = 3_000
const KEPT = 10_000

/** Counts for this instance. @returns the use case: once in three seconds for each connection and dialog, else dropped */
export const typingTeller = () => {
  const told = new LRUCache<string, number>({ max: KEPT })
  return async ({ connection: { id, user }, to }: Typing, ctx: Context): Promise<Decided<void>> => {
    const decided = new Decided<void>(undefined, undefined)
    const { push } = ctx
    const dialog = `${id} ${to}`
    const nowMs = ctx.now()
    if (!push || Math.abs(nowMs - (told.get(dialog) ?? 0)) < PAUSE_MS) return decided
    told.set(dialog, nowMs)
    // Nothing is written that would wait for it.
    await ctx.permission
    const frame = { type: 'typing', from: user, to } as const
    return afterwards(
      decided,
      tell([user, to], () => frame, push, ctx),
      push,
    )
  }
}
