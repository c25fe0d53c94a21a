/** Sending: one person writes to another. */
import type { Announce, Announcement, Parties } from '../buckets/announcement.ts'
import type { Plan } from '../buckets/memory.ts'
import { openNext } from '../buckets/open.ts'
import { place, type SharedPlace } from '../buckets/place.ts'
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import { dialogIdOf, stampOf } from '../model/ids.ts'
import type { Message } from '../model/message.ts'
import { Decided, type SendMessage } from '../model/operations.ts'
import { openingOf } from '../timeline/bucket.ts'
import { shouldOpenNext } from '../timeline/opening.ts'
import { claim } from './claim.ts'

/**
 * Resolves to the message once a quorum of replicas has it, and everybody who lists the dialog: from then on it is never
 * lost. The follow-up may open the next time bucket.
 * @param announce what else is written for it, beside it
 * @throws Fault `database_unavailable` (nothing stored by this request), `write_in_doubt`, `clock_out_of_bounds`,
 * `key_reused`
 */
export const sendMessage = async (
  { key, from, to, text }: SendMessage,
  ctx: Context,
  announce: Announce = NOTHING,
): Promise<Decided<Message>> => {
  const content = { from, to, text }
  const dialog = dialogIdOf(from, to)
  const { placed, announcements } = await placeWith(announce, { dialog, from, to }, ctx)
  const { id, bucket } = key === undefined ? placed : await claim(content, key, placed, ctx)
  note(openingOf(bucket).lanes, ctx)
  const message = { id, from, to, text }
  const write = ctx.store.insertMessage(dialog, bucket, message)
  await (announcements.length === 0 ? write : announced(write, announcements, placed))
  const size = { id, bytes: Buffer.byteLength(text) }
  // A repeat flips no coin: the first send did, and other messages will follow.
  const isFirst = id === placed.id
  const opens = isFirst && shouldOpenNext(size, placed.newest, ctx.now(), ctx.rules)
  const opening = opens ? openNext(dialog, placed.newest, ctx) : undefined
  return new Decided(message, announcements.length === 0 ? opening : followUp(opening, announcements))
}

const NOTHING: Announce = () => []

const note = (lanes: number, ctx: Context) => {
  ctx.note({ lanes })
  ctx.metrics.observe('dialogs_lanes', lanes)
}

/** What is fresh when a send begins may not be so any more by the stamp that it gets. */
const placeWith = async (announce: Announce, parties: Parties, ctx: Context) => {
  for (let announcements = announce(parties, ctx.now(), ctx); ; ) {
    const owners = announcements.map(({ owner }) => owner)
    const placed = await place(parties.dialog, ctx, owners)
    const due = announce(parties, stampOf(placed.id), ctx)
    if (due.every(({ owner }) => owners.some((one) => one.equals(owner)))) return { placed, announcements }
    announcements = due
  }
}

/**
 * Begins under the id that was placed, which is not the message's if its key was claimed before.
 * @throws Fault of the message if that is not stored; `write_in_doubt` if it is, but not all that is written beside it
 */
const announced = async (
  message: Promise<void>,
  announcements: readonly Announcement[],
  { id, plan, inboxes }: SharedPlace,
) => {
  const writes = announcements.map(({ write }, index) => write(id, plan, inboxes[index] as Plan))
  const rest = Promise.all(writes).catch((cause) => ({ cause }))
  await message
  const failed = await rest
  if ('cause' in failed) throw new Fault('write_in_doubt', 'the message is stored, but not listed', failed)
}

const followUp = (opening: Promise<void> | undefined, announcements: readonly Announcement[]) => {
  const all = [opening, ...announcements.map(({ follow }) => follow())].filter((one) => one !== undefined)
  return all.length === 0 ? undefined : Promise.all(all).then(() => undefined)
}
