/** Where a new message goes, and the id it gets: decided after a look at the newest time bucket. */
import type { Context } from '../context.ts'
import { type Bucket, GENESIS } from '../timeline/bucket.ts'
import { requireClock } from './clock.ts'
import { AFTER_ALL_MESSAGES, type DialogId, type MessageId, messageIdAt } from './ids.ts'
import { requireOnlyGenesis } from './only-genesis.ts'

/** @throws Fault `clock_out_of_bounds`, `database_unavailable` */
export const place = async (dialog: DialogId, ctx: Context): Promise<{ bucket: Bucket; id: MessageId }> => {
  await Promise.all([requireOnlyGenesis(dialog, AFTER_ALL_MESSAGES, ctx), requireClock(ctx)])
  return { bucket: GENESIS, id: messageIdAt(ctx.now(), ctx.random(10)) }
}
