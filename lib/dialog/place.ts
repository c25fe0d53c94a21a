/** Where a new message goes, and the id it gets: decided after a look at the newest time bucket. */
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import { type Bucket, GENESIS } from '../timeline/bucket.ts'
import { requireClock } from './clock.ts'
import { type DialogId, type MessageId, messageIdAt } from './ids.ts'

/** @throws Fault `clock_out_of_bounds`, `database_unavailable` */
export const place = async (dialog: DialogId, ctx: Context): Promise<{ bucket: Bucket; id: MessageId }> => {
  const [newest] = await Promise.all([ctx.store.newestBucket(dialog), requireClock(ctx)])
  if (newest) throw new Fault('database_unavailable', CANNOT_FOLLOW)
  return { bucket: GENESIS, id: messageIdAt(ctx.now(), ctx.random(10)) }
}

/** Only a later version opens time buckets. To write to genesis, or to read it alone, would hide messages. */
export const CANNOT_FOLLOW = 'the dialog has time buckets that this version cannot follow'
