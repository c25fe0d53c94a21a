/** A writer's plan of an owner's timeline: its newest time bucket, as of an index read that began at most C ago (rule 2). */
import type { Context } from '../context.ts'
import type { OwnerId } from '../model/ids.ts'
import { GENESIS } from '../timeline/bucket.ts'
import { INBOX_HEAD, PLAN_MAX_AGE_MS } from '../timeline/rules.ts'
import { GENESIS_ROW, type IndexRow } from '../timeline/timeline.ts'
import { keyOf, type Plan, remember, singleFlight } from './memory.ts'
import { allPages } from './pages.ts'

/**
 * Judged by the clock that stamps, not a monotonic one, which stops while a function is frozen. A plan from the
 * future was read by a clock that has been set back since: its age is unknown.
 */
export const allows = (plan: Plan, stampMs: number, nowMs: number): boolean =>
  plan.readAtMs <= nowMs && stampMs <= plan.readAtMs + PLAN_MAX_AGE_MS

/** Reads the plan of an owner of one kind. */
export type ReadPlan = (owner: OwnerId, ctx: Context) => Promise<Plan>

/** The cached plan while it is valid, else a new one: one index read per second, not one per message. */
export const planFor = (owner: OwnerId, ctx: Context, read: ReadPlan = readPlan): Promise<Plan> => {
  const kept = ctx.memory.plans.get(keyOf(owner))
  if (kept && allows(kept, ctx.now(), ctx.now())) return Promise.resolve(kept)
  return newPlan(owner, ctx, read)
}

/** Bypasses the cache. One read for all that need it: each message would ask a slow database twice more. */
export const newPlan = (owner: OwnerId, ctx: Context, read: ReadPlan = readPlan): Promise<Plan> =>
  singleFlight(ctx.memory, `plan ${keyOf(owner)}`, () => read(owner, ctx))

const readPlan: ReadPlan = async (owner, ctx) => {
  const readAtMs = ctx.now()
  let marks: Plan['marks']
  const [row] = await allPages(async (from) => {
    const page = await ctx.store.newestBucket(owner, from)
    marks ??= page.marks
    return page
  })
  remember(ctx.memory, owner, row ? [row.bucket] : [])
  const isVisible = row === undefined || row.visibleFromMs !== undefined
  return { newest: row?.bucket ?? GENESIS, isVisible, readAtMs, marks }
}

/** Of an inbox: its head. Genesis, which has no row, is part of it while there are few others, and visible. */
export const readHead: ReadPlan = async (owner, ctx) => {
  const readAtMs = ctx.now()
  const rows = await allPages((from) => ctx.store.newestBuckets(owner, INBOX_HEAD, from))
  const head = rows.length < INBOX_HEAD ? [...rows, GENESIS_ROW] : rows
  const newest = head[0]?.bucket ?? GENESIS
  return { newest, isVisible: head.some(isVisible), readAtMs, head }
}

export const isVisible = ({ bucket, visibleFromMs }: IndexRow): boolean =>
  bucket === GENESIS || visibleFromMs !== undefined

/** Caches a plan once the clock that dated it is known to be good; a slow read does not replace a later one. */
export const keepPlan = (owner: OwnerId, plan: Plan, { memory, now }: Context): void => {
  const kept = memory.plans.get(keyOf(owner))
  if (kept === plan) return
  const isLater = kept !== undefined && kept.readAtMs <= now() && kept.readAtMs > plan.readAtMs
  if (!isLater) memory.plans.set(keyOf(owner), plan)
}
