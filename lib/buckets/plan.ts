/** A writer's plan of an owner's timeline: its newest time bucket, as of an index read that began at most C ago (rule 2). */
import type { Context } from '../context.ts'
import type { OwnerId } from '../model/ids.ts'
import { GENESIS } from '../timeline/bucket.ts'
import { PLAN_MAX_AGE_MS } from '../timeline/rules.ts'
import { keyOf, type Plan, remember, singleFlight } from './memory.ts'
import { allPages } from './pages.ts'

/**
 * Judged by the clock that stamps, not a monotonic one, which stops while a function is frozen. A plan from the
 * future was read by a clock that has been set back since: its age is unknown.
 */
export const allows = (plan: Plan, stampMs: number, nowMs: number): boolean =>
  plan.readAtMs <= nowMs && stampMs <= plan.readAtMs + PLAN_MAX_AGE_MS

/** The cached plan while it is valid, else a new one: one index read per second, not one per message. */
export const planFor = (owner: OwnerId, ctx: Context): Promise<Plan> => {
  const kept = ctx.memory.plans.get(keyOf(owner))
  if (kept && allows(kept, ctx.now(), ctx.now())) return Promise.resolve(kept)
  return newPlan(owner, ctx)
}

/** Bypasses the cache. One read for all that need it: each message would ask a slow database twice more. */
export const newPlan = (owner: OwnerId, ctx: Context): Promise<Plan> =>
  singleFlight(ctx.memory, `plan ${keyOf(owner)}`, () => readPlan(owner, ctx))

const readPlan = async (owner: OwnerId, ctx: Context): Promise<Plan> => {
  const readAtMs = ctx.now()
  const [row] = await allPages((from) => ctx.store.newestBucket(owner, from))
  remember(ctx.memory, owner, row ? [row.bucket] : [])
  const isVisible = row === undefined || row.visibleFromMs !== undefined
  return { newest: row?.bucket ?? GENESIS, isVisible, readAtMs }
}

/** Caches a plan once the clock that dated it is known to be good; a slow read does not replace a later one. */
export const keepPlan = (owner: OwnerId, plan: Plan, { memory, now }: Context): void => {
  const kept = memory.plans.get(keyOf(owner))
  if (kept === plan) return
  const isLater = kept !== undefined && kept.readAtMs <= now() && kept.readAtMs > plan.readAtMs
  if (!isLater) memory.plans.set(keyOf(owner), plan)
}
