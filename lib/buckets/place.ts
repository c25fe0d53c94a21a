/** Where a new message goes, and the id it gets: in the newest time bucket, by a plan that is still valid. */
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import { type MessageId, messageIdAt, type OwnerId, stampOf } from '../model/ids.ts'
import { type Bucket, openingOf } from '../timeline/bucket.ts'
import { chooseLane } from '../timeline/opening.ts'
import { MAX_CLOCK_SKEW_MS } from '../timeline/rules.ts'
import { isWithinBounds, requireClock } from './clock.ts'
import { keyOf, type Plan, singleFlight } from './memory.ts'
import { makeVisible } from './open.ts'
import { allows, keepPlan, newPlan, planFor } from './plan.ts'

/** `newest` is the time bucket, `bucket` the message's partition in it. */
export type Place = { bucket: Bucket; newest: Bucket; id: MessageId }

/** A slow index read, or a freeze, uses up a plan's time; after three plans the request has little time left itself. */
const ATTEMPTS = 3

/** @throws Fault `clock_out_of_bounds`, `database_unavailable`: nothing of the message is written */
export const place = async (owner: OwnerId, ctx: Context): Promise<Place> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // Before the index read, which this clock dates: correcting the clock in between would prolong the plan.
    await requireClock(ctx)
    const plan = await (attempt === 0 ? planFor(owner, ctx) : newPlan(owner, ctx))
    keepPlan(owner, plan, ctx)
    const opensMs = openingOf(plan.newest).openedAtSeconds * 1000
    refuseFuture(opensMs, ctx)
    await requireVisible(owner, plan, ctx)
    // Rule 3: an id is never older than its time bucket.
    const id = messageIdAt(Math.max(ctx.now(), opensMs), ctx.random(10))
    if (allows(plan, stampOf(id), ctx.now()) && isWithinBounds(ctx))
      return { bucket: chooseLane(id, plan.newest), newest: plan.newest, id }
  }
  throw new Fault('database_unavailable', 'no index read was fast enough to stamp by')
}

/**
 * Rule 1: a time bucket that others may not see yet is made visible first, under the same plan. Never step back to the
 * older one instead: its end may already be set by a write that nobody here has seen.
 */
const requireVisible = async (owner: OwnerId, plan: Plan, ctx: Context) => {
  if (plan.isVisible) return
  await singleFlight(ctx.memory, `visible ${plan.newest} ${keyOf(owner)}`, async () => {
    // In here, not before: a caller that joined a failure may begin much later, by a clock that was set meanwhile.
    await requireClock(ctx, 'now')
    await makeVisible(owner, plan.newest, ctx).catch((cause) => {
      throw new Fault('database_unavailable', 'the newest time bucket cannot be made visible', { cause })
    })
  })
  plan.isVisible = true
}

const refuseFuture = (opensMs: number, ctx: Context) => {
  const now = ctx.now()
  if (opensMs <= now + MAX_CLOCK_SKEW_MS) return
  ctx.log.error({ our_time: now, opened_at: opensMs }, 'the newest time bucket lies in the future')
  throw new Fault('clock_out_of_bounds', 'the newest time bucket was opened by a clock far ahead')
}
