/** Writes an inbox into the database, through the functions of the store that a send uses. */
import type { Say } from '../../../dev/progress.ts'
import { laneOf, seatOf } from '../../../lib/inbox/side.ts'
import { dialogIdOf, inboxIdOf } from '../../../lib/model/ids.ts'
import type { Store } from '../../../lib/store/store.ts'
import { type Bucket, GENESIS, openingOf } from '../../../lib/timeline/bucket.ts'
import type { MadeInbox } from './made.ts'

const WRITERS = 96
/** From the opening of a time bucket until every quorum read sees its row. */
const VISIBLE_AFTER_MS = 5
const TELL_MS = 10_000

/**
 * Every dialog gets its row; a message, and where it stands, only if it is to be shown: no page reads those of others.
 * @param store fresh for each statement, since a call has a deadline
 * @returns statements that were executed
 */
export const fill = async (
  inbox: MadeInbox,
  isShown: (dialog: number) => boolean,
  store: () => Store,
  say: Say,
): Promise<number> => {
  await eachOf(inbox.opened.length, (index) => open(inbox, inbox.opened[index] as Bucket, store))
  let statements = inbox.opened.length * 2
  let filled = 0
  const timer = setInterval(() => say(`${filled} of ${inbox.dialogs} dialogs`), TELL_MS)
  try {
    await eachOf(inbox.dialogs, async (dialog) => {
      const executed = await put(inbox, dialog, isShown(dialog), store)
      statements += executed
      filled += 1
    })
  } finally {
    clearInterval(timer)
  }
  return statements
}

const open = async ({ person }: MadeInbox, bucket: Bucket, store: () => Store) => {
  const inbox = inboxIdOf(person)
  await store().insertBucket(inbox, bucket)
  await store().setVisibleFrom(inbox, bucket, openingOf(bucket).openedAtSeconds * 1000 + VISIBLE_AFTER_MS)
}

const put = async (
  inbox: MadeInbox,
  dialog: number,
  isShown: boolean,
  store: () => Store,
): Promise<number> => {
  const { person } = inbox
  const [peer, id, timeBucket] = [inbox.peerOf(dialog), inbox.idOf(dialog), inbox.bucketOf(dialog)]
  const seat = seatOf(person, peer)
  await store().putListing(seat.inbox, laneOf(timeBucket, seat), { peer, lastId: id }, false)
  if (!isShown) return 1
  await store().setListed(seat.dialog, seat.side, timeBucket)
  // Half of them are unread.
  const [from, to] = dialog % 2 === 0 ? [person, peer] : [peer, person]
  await store().insertMessage(dialogIdOf(person, peer), GENESIS, { id, from, to, text: `message ${dialog}` })
  return 3
}

const eachOf = async (count: number, work: (index: number) => Promise<unknown>) => {
  let next = 0
  const workOn = async () => {
    while (next < count) {
      next += 1
      await work(next - 1)
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, workOn))
}
