/** An instance on a database with dialogs from before inboxes. */
import { LRUCache } from 'lru-cache'
import { type Adoption, adoptDialog } from '../../lib/inbox/adopt.ts'
import { listDialogs } from '../../lib/inbox/list.ts'
import { dialogIdOf, inboxIdOf, type MessageId, type UserId } from '../../lib/model/ids.ts'
import type { InboxCursor } from '../../lib/model/operations.ts'
import { type Bucket, bucketOf, GENESIS, openingOf } from '../../lib/timeline/bucket.ts'
import { ALICE, an_instance, BEGIN, DIALOG } from './one-instance.ts'

export const NOW_MS = BEGIN * 1000
export const INBOX = inboxIdOf(ALICE)
export const opened = (secondsAgo: number) => bucketOf({ openedAtSeconds: BEGIN - secondsAgo, lanes: 1 })

/** An instance whose clock goes on while it sleeps. */
export const a_keyspace_from_before = (genesisRows = 1_000) => {
  const instance = an_instance()
  const { ctx, hand } = instance
  const adoption: Adoption = {
    genesisRows,
    inboxes: new LRUCache({ max: 10 }),
    sleep: async (ms) => {
      hand.now += ms
    },
  }
  return {
    ...instance,
    adopt: (dialog = DIALOG) => adoptDialog(dialog, adoption, ctx),
    a_dialog: async (peer: UserId, id: MessageId, bucket: Bucket = GENESIS) => {
      const dialog = dialogIdOf(ALICE, peer)
      await ctx.store.insertMessage(dialog, bucket, { id, from: peer, to: ALICE, text: 'Hello!' })
      return dialog
    },
    a_bucket: async (bucket: Bucket, isVisible = true) => {
      await ctx.store.insertBucket(INBOX, bucket)
      if (isVisible)
        await ctx.store.setVisibleFrom(INBOX, bucket, openingOf(bucket).openedAtSeconds * 1000 + 9)
      return bucket
    },
    listed_in: async (bucket: Bucket) => (await ctx.store.listingsAfter(INBOX, bucket, '', 99)).rows,
    /** Pages of one dialog each. */
    walk: async () => {
      const found: UserId[] = []
      for (let cursor: InboxCursor | undefined, pages = 0; pages < 99; pages += 1) {
        const page = await listDialogs({ caller: ALICE, limit: 1, ...(cursor && { cursor }) }, ctx)
        found.push(...page.dialogs.map((dialog) => dialog.with))
        cursor = page.next
        if (!cursor) break
      }
      return found
    },
    everything: () =>
      (['inbox', 'marks', 'buckets'] as const).map((table) => instance.memory.tables.rows(table)),
  }
}
