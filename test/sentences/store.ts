/** The guarantees of the port, for every database engine. */
import { describe, expect, test } from '@jest/globals'
import { startCall } from '../../lib/call.ts'
import { dialogIdOf, type IdempotencyKey } from '../../lib/model/ids.ts'
import { type Bucket, GENESIS, lastBucketOf } from '../../lib/timeline/bucket.ts'
import { a_claim, all, type Engine, opening, user } from './engine.ts'
import { callSentences } from './store-calls.ts'
import { connectionEndSentences, connectionSentences } from './store-connections.ts'
import { failureEndSentences, failureSentences } from './store-failures.ts'
import { inboxSentences } from './store-inbox.ts'
import { markSentences } from './store-marks.ts'
import { messageSentences } from './store-messages.ts'
import { sessionEndSentences, sessionSentences } from './store-sessions.ts'
import { userSentences } from './store-users.ts'
import { withdrawalSentences } from './store-withdrawn.ts'

export const storeSentences = (engine: () => Engine): void => {
  const store = () => engine().storeFor(startCall(30_000))

  messageSentences(engine)
  inboxSentences(engine)
  markSentences(engine)
  withdrawalSentences(engine)
  userSentences(engine)
  sessionSentences(engine)
  sessionEndSentences(engine)
  failureSentences(engine)
  failureEndSentences(engine)
  connectionSentences(engine)
  connectionEndSentences(engine)
  callSentences(engine)

  describe('the index', () => {
    const a_pair = () => dialogIdOf(user('alice'), user('bob'))
    const [older, newer] = [opening(1_800_000_000), opening(1_800_000_050, 4)]
    const visible = { bucket: newer, visibleFromMs: 1_800_000_050_123 }

    test('has no row for genesis', async () => {
      const dialog = a_pair()
      expect(await store().newestBucket(dialog)).toEqual({ rows: [] })
      expect(await store().newestBuckets(dialog, 4)).toEqual({ rows: [] })
      expect(await store().bucketsUpTo(dialog, lastBucketOf(1_900_000_000), 1)).toEqual({ rows: [] })
      expect(await store().bucketsAbove(dialog, GENESIS, 1)).toEqual({ rows: [] })
    })

    test('has a time bucket, then the time from which it is visible, and is read in both directions', async () => {
      const dialog = a_pair()
      for (const bucket of [newer, older]) await store().insertBucket(dialog, bucket)
      expect(await store().newestBucket(dialog)).toMatchObject({ rows: [{ bucket: newer }] })
      await store().setVisibleFrom(dialog, newer, visible.visibleFromMs)
      expect((await store().newestBuckets(dialog, 5)).rows).toEqual([visible, { bucket: older }])
      expect((await store().newestBuckets(dialog, 1)).rows).toEqual([visible])
      const upTo = (seconds: number, limit = 5) =>
        store()
          .bucketsUpTo(dialog, lastBucketOf(seconds), limit)
          .then(({ rows }) => rows)
      expect(await upTo(1_800_000_100)).toEqual([visible, { bucket: older }])
      expect(await upTo(1_800_000_050, 1)).toEqual([visible])
      expect(await upTo(1_800_000_049)).toEqual([{ bucket: older }])
      expect(await upTo(1_799_999_999)).toEqual([])
      const above = (bucket: Bucket, limit = 5) =>
        store()
          .bucketsAbove(dialog, bucket, limit)
          .then(({ rows }) => rows)
      expect(await above(GENESIS)).toEqual([{ bucket: older }, visible])
      expect(await above(GENESIS, 1)).toEqual([{ bucket: older }])
      expect(await above(older)).toEqual([visible])
      expect(await above(newer)).toEqual([])
    })

    test('keeps visible_from when a row is written again, takes the last one written, and creates the row for it', async () => {
      const dialog = a_pair()
      await store().setVisibleFrom(dialog, newer, 1)
      await store().setVisibleFrom(dialog, newer, visible.visibleFromMs)
      await store().insertBucket(dialog, newer)
      expect((await store().newestBucket(dialog)).rows).toEqual([visible])
    })

    test('is as if it had never been once it is removed, and no other one is', async () => {
      const dialog = a_pair()
      for (const bucket of [older, newer]) await store().insertBucket(dialog, bucket)
      await store().setVisibleFrom(dialog, older, visible.visibleFromMs)
      await store().removeBucket(dialog, older)
      await store().removeBucket(dialog, GENESIS)
      expect((await store().newestBuckets(dialog, 5)).rows).toEqual([{ bucket: newer }])
      await store().removeBucket(dialog, newer)
      expect(await store().newestBucket(dialog)).toEqual({ rows: [] })
    })

    test('continues a long read where a page ended, in both directions', async () => {
      const dialog = a_pair()
      const buckets = Array.from({ length: 300 }, (_, index) => opening(1_800_000_000 + index))
      for (const bucket of buckets) await store().insertBucket(dialog, bucket)
      const up = await all((from) => store().bucketsAbove(dialog, GENESIS, 290, from))
      const down = await all((from) => store().bucketsUpTo(dialog, lastBucketOf(1_900_000_000), 290, from))
      const newest = await all((from) => store().newestBuckets(dialog, 290, from))
      expect(Math.min(up.pages, down.pages, newest.pages)).toBeGreaterThan(1)
      expect(up.rows.map(({ bucket }) => bucket)).toEqual(buckets.slice(0, 290))
      expect(down.rows.map(({ bucket }) => bucket)).toEqual(buckets.toReversed().slice(0, 290))
      expect(newest.rows).toEqual(down.rows)
    })
  })

  describe('a key', () => {
    const key = 'a "key"' as IdempotencyKey

    test('is claimed once, and later claims find out for which message', async () => {
      const [alice, bob, claim] = [user('alice'), user('bob'), a_claim()]
      expect(await store().readClaim(alice, key)).toBeUndefined()
      expect(await store().claimSend(alice, key, claim)).toBe(true)
      expect(await store().claimSend(alice, key, a_claim())).toBe(false)
      expect(await store().claimSend(alice, key, claim)).toBe(false)
      expect(await store().readClaim(alice, key)).toEqual(claim)
      expect(await store().claimSend(bob, key, claim)).toBe(true)
      expect(await store().claimSend(alice, 'A "KEY"' as IdempotencyKey, claim)).toBe(true)
    })

    test('is claimed by one of several concurrent claims', async () => {
      const [alice, claims] = [user('alice'), Array.from({ length: 10 }, a_claim)]
      const won = await Promise.all(claims.map((claim) => store().claimSend(alice, key, claim)))
      expect(won.filter(Boolean)).toHaveLength(1)
      expect(await store().readClaim(alice, key)).toEqual(claims[won.indexOf(true)])
    })

    test('is free again once its claim has expired', async () => {
      const [alice, claim] = [user('alice'), a_claim()]
      await engine().an_expired_claim(alice, key, a_claim())
      expect(await store().readClaim(alice, key)).toBeUndefined()
      expect(await store().claimSend(alice, key, claim)).toBe(true)
      expect(await store().readClaim(alice, key)).toEqual(claim)
      expect(await store().claimSend(alice, key, a_claim())).toBe(false)
    })
  })

  test('the time of the database is read, and whether the schema is current', async () => {
    const before = Date.now()
    const time = await store().databaseTime()
    expect(time).toBeGreaterThanOrEqual(before - 1)
    expect(time).toBeLessThanOrEqual(Date.now() + 1)
    expect(await store().schemaIsCurrent()).toBe(true)
  })
}
