/** This version knows one time bucket, genesis; only a later one opens others, and leaves a row for each. */
import type { Context } from '../context.ts'
import { Fault } from '../errors.ts'
import { lastBucketOf } from '../timeline/bucket.ts'
import { type DialogId, type MessageId, stampOf } from './ids.ts'

/**
 * To write to genesis beside other buckets, or to read it alone, would hide messages.
 * @param before only buckets that can hold an id below this one matter
 * @throws Fault `database_unavailable` when there is such a bucket
 */
export const requireOnlyGenesis = async (
  dialog: DialogId,
  before: MessageId,
  ctx: Context,
): Promise<void> => {
  const newest = lastBucketOf(Math.floor(stampOf(before) / 1000))
  const { rows, next } = await ctx.store.bucketsUpTo(dialog, newest, 1)
  if (rows.length > 0 || next)
    throw new Fault('database_unavailable', 'the dialog has buckets of a later version')
}
