/** One person's side of a dialog, and where it stands in that person's inbox. */
import type { Parties } from '../buckets/announcement.ts'
import { type DialogId, dialogIdOf, type InboxId, inboxIdOf, type UserId } from '../model/ids.ts'
import type { Side } from '../store/store.ts'
import { type Bucket, bucketOfLane, openingOf } from '../timeline/bucket.ts'

export type Seat = { dialog: DialogId; inbox: InboxId; side: Side; peer: UserId }

export const seatOf = (user: UserId, peer: UserId, dialog = dialogIdOf(user, peer)): Seat => ({
  dialog,
  inbox: inboxIdOf(user),
  side: sideOf(user, peer),
  peer,
})

/** Both people's, or the one of a person who writes to oneself. */
export const seatsOf = ({ dialog, from, to }: Parties): Seat[] =>
  from === to ? [seatOf(from, to, dialog)] : [seatOf(from, to, dialog), seatOf(to, from, dialog)]

const sideOf = (user: UserId, peer: UserId): Side =>
  Buffer.compare(Buffer.from(user), Buffer.from(peer)) <= 0 ? 'low' : 'high'

/** Its partition in a time bucket: always the same, since its row is written again and again. */
export const laneOf = (timeBucket: Bucket, { dialog }: Seat): Bucket =>
  bucketOfLane(timeBucket, dialog.readUInt8(0) % openingOf(timeBucket).lanes)
