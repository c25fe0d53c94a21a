/** Lists a dialog from before inboxes in those of its two people. */
import type { LRUCache } from 'lru-cache'
import { requireClock } from '../buckets/clock.ts'
import { keyOf, singleFlight } from '../buckets/memory.ts'
import { allPages } from '../buckets/pages.ts'
import type { Context } from '../context.ts'
import { newestMessage } from '../dialog/newest.ts'
import { type DialogId, type InboxId, type MessageId, messageIdAt, stampOf } from '../model/ids.ts'
import { type Bucket, GENESIS, openingOf } from '../timeline/bucket.ts'
import { INBOX_HEAD, PLAN_MAX_AGE_MS } from '../timeline/rules.ts'
import { OVERFLOW, openOverflow } from './overflow.ts'
import { laneOf, type Seat, seatsOf } from './side.ts'

/** What is known of an inbox: how many dialogs genesis has, about, and whether the overflow has been opened. */
type Known = { rows: number; hasOverflow: boolean }

export type Adoption = {
  /** How many dialogs genesis takes of one inbox: pages read it whole. */
  genesisRows: number
  inboxes: LRUCache<string, Known>
  sleep: (ms: number) => Promise<void>
}

/**
 * Changes nothing when repeated. A dialog that is listed already stays where it is, and is raised to its newest message,
 * which may have been sent through an instance that knows no inboxes.
 * @throws Fault `clock_out_of_bounds`, or as a read or a write does: to be repeated
 */
export const adoptDialog = async (dialog: DialogId, adoption: Adoption, ctx: Context): Promise<void> => {
  await requireClock(ctx)
  const last = await newestMessage(dialog, ctx)
  if (!last) return
  const marks = await ctx.store.readMarks(dialog)
  const seats = seatsOf({ dialog, from: last.from, to: last.to })
  await Promise.all(
    seats.map(async (seat) => {
      const { listed } = marks[seat.side]
      const bucket = listed ?? (await bucketFor(seat.inbox, adoption, ctx))
      await put(seat, bucket, last.id, ctx)
      // Not before: a sender takes a dialog that is listed for one that has a row.
      if (listed === undefined) await ctx.store.setListed(dialog, seat.side, bucket)
    }),
  )
}

/** Never a newer one than these two: an id must not be older than its time bucket. */
const bucketFor = async (inbox: InboxId, adoption: Adoption, ctx: Context): Promise<Bucket> => {
  const known = await knownOf(inbox, adoption, ctx)
  known.rows += 1
  if (known.rows <= adoption.genesisRows) return GENESIS
  if (!known.hasOverflow)
    await singleFlight(ctx.memory, `overflow ${keyOf(inbox)}`, () => openOverflow(inbox, ctx, adoption.sleep))
  known.hasOverflow = true
  return OVERFLOW
}

const knownOf = (inbox: InboxId, { genesisRows, inboxes }: Adoption, ctx: Context): Promise<Known> =>
  singleFlight(ctx.memory, `rows ${keyOf(inbox)}`, async () => {
    const kept = inboxes.get(keyOf(inbox))
    if (kept) return kept
    const rows = await allPages((from) => ctx.store.listingsAfter(inbox, GENESIS, '', genesisRows, from))
    const known = { rows: rows.length, hasOverflow: false }
    inboxes.set(keyOf(inbox), known)
    return known
  })

/** A row is a register of the greatest id: one that is older changes nothing. */
const put = async (seat: Seat, bucket: Bucket, id: MessageId, ctx: Context) => {
  const lastId = notAfter(await latestStampIn(seat.inbox, bucket, ctx), id)
  if (stampOf(lastId) < openingOf(bucket).openedAtSeconds * 1000) return
  await ctx.store.putListing(seat.inbox, laneOf(bucket, seat), { peer: seat.peer, lastId }, true)
}

/**
 * The latest stamp that readers expect in this time bucket, which may be below that of the newest message, if that was
 * sent through an instance that knows no inboxes. As for a writer (docs/adaptive-buckets.md, rule 2), it is bounded by the
 * time of an index read.
 * As a writer leaves a time bucket that four newer ones push out of the head, it is also bounded by the opening of the
 * fourth: not by a visible_from, which may still be written, and be earlier.
 */
const latestStampIn = async (inbox: InboxId, bucket: Bucket, ctx: Context): Promise<number> => {
  await requireClock(ctx)
  const readAtMs = ctx.now()
  const newer = await allPages((from) => ctx.store.bucketsAbove(inbox, bucket, INBOX_HEAD, from))
  const fourth = newer[INBOX_HEAD - 1]
  const leavesMs = fourth ? openingOf(fourth.bucket).openedAtSeconds * 1000 : Number.POSITIVE_INFINITY
  return Math.min(leavesMs, readAtMs + PLAN_MAX_AGE_MS)
}

/** The id, or one with its random bits and this stamp: pages need ids that differ. */
const notAfter = (latestMs: number, id: MessageId): MessageId =>
  stampOf(id) <= latestMs ? id : messageIdAt(latestMs, Buffer.from(id.replaceAll('-', '').slice(12), 'hex'))
