/** The time bucket of an inbox for dialogs from before inboxes that genesis has no room for. */
import { requireClock } from '../buckets/clock.ts'
import { makeVisible } from '../buckets/open.ts'
import { allPages } from '../buckets/pages.ts'
import { isVisible } from '../buckets/plan.ts'
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import type { InboxId } from '../model/ids.ts'
import { bucketOf, GENESIS, openingOf } from '../timeline/bucket.ts'
import { INBOX_HEAD, MAX_CLOCK_SKEW_MS } from '../timeline/rules.ts'

/** Below everything that was ever opened, and above genesis. Pages walk several lanes at a flat cost, by the order of peers. */
export const OVERFLOW = bucketOf({ openedAtSeconds: 1, lanes: 8 })

type Sleep = (ms: number) => Promise<void>

/**
 * Afterwards it is in the index, and everybody sees four newer time buckets: so it is never part of the head, in which
 * dialogs are updated where they stand. Missing ones are opened in the last seconds, and are empty.
 * @throws Fault `clock_out_of_bounds`, or as a write does
 */
export const openOverflow = async (inbox: InboxId, ctx: Context, sleep: Sleep): Promise<void> => {
  await requireClock(ctx, 'now')
  const oldest = await allPages((from) => ctx.store.bucketsAbove(inbox, GENESIS, INBOX_HEAD + 1, from))
  const newer = oldest.filter(({ bucket }) => bucket !== OVERFLOW).slice(0, INBOX_HEAD)
  for (const { bucket } of newer.filter((row) => !isVisible(row))) await makeVisible(inbox, bucket, ctx)
  let openedAtSeconds = openingOf(newer.at(-1)?.bucket ?? OVERFLOW).openedAtSeconds
  for (let missing = INBOX_HEAD - newer.length; missing > 0; missing -= 1) {
    openedAtSeconds = Math.max(openedAtSeconds + 1, Math.floor(ctx.now() / 1000) - missing + 1)
    await waitFor(openedAtSeconds * 1000, ctx, sleep)
    await makeVisible(inbox, bucketOf({ openedAtSeconds, lanes: 1 }), ctx)
  }
  if (!oldest.some((row) => row.bucket === OVERFLOW && isVisible(row)))
    await makeVisible(inbox, OVERFLOW, ctx)
}

/** Openings are whole seconds apart, and never in the future. */
const waitFor = async (opensMs: number, ctx: Context, sleep: Sleep) => {
  const mostMs = INBOX_HEAD * 1000 + MAX_CLOCK_SKEW_MS
  if (opensMs > ctx.now() + mostMs)
    throw new Fault('clock_out_of_bounds', 'a time bucket of an inbox was opened by a clock far ahead')
  while (ctx.now() < opensMs) await sleep(opensMs - ctx.now())
}
