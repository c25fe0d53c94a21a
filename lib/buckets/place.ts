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
import { allows, keepPlan, newPlan, planFor, readHead } from './plan.ts'

/** `newest` is the time bucket, `bucket` the message's partition in it. */
export type Place = { bucket: Bucket; newest: Bucket; id: MessageId }
/** A place whose stamp holds under the plan of each inbox, too, in their order. */
export type SharedPlace = Place & { plan: Plan; inboxes: Plan[] }

/** A slow index read, or a freeze, uses up a plan's time; after three plans the request has little time left itself. */
const ATTEMPTS = 3

/**
 * @param inboxes whose plans the id has to respect as well, since the dialog is listed there under it
 * @throws Fault `clock_out_of_bounds`, `database_unavailable`: nothing of the message is written
 */
export const place = async (
  owner: OwnerId,
  ctx: Context,
  inboxes: readonly OwnerId[] = NONE,
): Promise<SharedPlace> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // Before the index read, which this clock dates: correcting the clock in between would prolong the plan.
    await requireClock(ctx)
    const planOf = attempt === 0 ? planFor : newPlan
    const reading = planOf(owner, ctx)
    const heads = inboxes.map((inbox) => planOf(inbox, ctx, readHead))
    const [plan, ...plans] = heads.length === 0 ? [await reading] : await Promise.all([reading, ...heads])
    await prepare(owner, plan, ctx)
    for (let index = 0; index < inboxes.length; index += 1)
      await prepare(inboxes[index] as OwnerId, plans[index] as Plan, ctx)
    // Rule 3: an id is never older than its time bucket.
    const opensMs = plans.reduce((latest, one) => Math.max(latest, opensMsOf(one)), opensMsOf(plan))
    const id = messageIdAt(Math.max(ctx.now(), opensMs), ctx.random(10))
    const isAllowed = (one: Plan) => allows(one, stampOf(id), ctx.now())
    if (isAllowed(plan) && plans.every(isAllowed) && isWithinBounds(ctx))
      return { bucket: chooseLane(id, plan.newest), newest: plan.newest, id, plan, inboxes: plans }
  }
  throw new Fault('database_unavailable', 'no index read was fast enough to stamp by')
}

const NONE: readonly OwnerId[] = []

/** Undefined, or resolves, once the newest time bucket of a plan may be used. */
const prepare = (owner: OwnerId, plan: Plan, ctx: Context): Promise<void> | undefined => {
  keepPlan(owner, plan, ctx)
  refuseFuture(opensMsOf(plan), ctx)
  return plan.isVisible ? undefined : requireVisible(owner, plan, ctx)
}

const opensMsOf = ({ newest }: Plan) => openingOf(newest).openedAtSeconds * 1000

/**
 * Rule 1: a time bucket that others may not see yet is made visible first, under the same plan. Never step back to the
 * older one instead: its end may already be set by a write that nobody here has seen.
 */
const requireVisible = async (owner: OwnerId, plan: Plan, ctx: Context) => {
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
