/** A dialog as it is stored: where it stands in both inboxes, how far each of the two has read, and its timeline. */
import { laneOf, seatOf } from '../../lib/inbox/side.ts'
import { type DialogId, dialogIdOf, type UserId } from '../../lib/model/ids.ts'
import { inboxTable } from '../../lib/store/inbox.ts'
import { marksTable } from '../../lib/store/marks.ts'
import type { Execute } from '../../lib/store/scylla/statement.ts'
import { readPartition } from './partition.ts'
import { sideText } from './text.ts'
import { inspectTimeline, type Surroundings } from './timeline.ts'

/** @throws Error when the dialog has no message */
export const inspectDialog = async (one: UserId, other: UserId, around: Surroundings): Promise<void> => {
  const { execute } = around
  const owner = dialogIdOf(one, other)
  const sides = [await sideOf(one, other, owner, execute)]
  if (one !== other) sides.push(await sideOf(other, one, owner, execute))
  const isAnything = await inspectTimeline(
    {
      owner,
      title: [`dialog ${owner.toString('hex')}`, ...sides].join('\n'),
      rows: 'messages',
      head: 1,
      count: (bucket) => readPartition(owner, bucket, execute),
    },
    around,
  )
  if (!isAnything) throw new Error('no such dialog: genesis only, and no message in it')
}

const sideOf = async (user: UserId, peer: UserId, dialog: DialogId, execute: Execute): Promise<string> => {
  const seat = seatOf(user, peer, dialog)
  const { listed, readUpTo } = (await marksTable.readMarks(execute, dialog))[seat.side]
  const listing =
    listed === undefined
      ? undefined
      : await inboxTable.readListing(execute, seat.inbox, laneOf(listed, seat), peer)
  return sideText({ user, listed, lastId: listing?.lastId, readUpTo })
}
