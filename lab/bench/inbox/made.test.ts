import { expect, test } from '@jest/globals'
import { stampOf, type UserId } from '../../../lib/model/ids.ts'
import { GENESIS, openingOf } from '../../../lib/timeline/bucket.ts'
import { INBOX_HEAD } from '../../../lib/timeline/rules.ts'
import { makeInbox } from './made.ts'

const NOW_MS = 1_800_000_000_000
const person = 'somebody' as UserId
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

test('up to 256 dialogs stand in genesis, without an index row', () => {
  const inbox = makeInbox(person, 256, NOW_MS)
  expect(inbox.opened).toEqual([])
  expect(new Set(numbers(256).map(inbox.bucketOf))).toEqual(new Set([GENESIS]))
})

test('ids grow with the numbers of dialogs, and are not later than now', () => {
  const { idOf } = makeInbox(person, 10_000, NOW_MS)
  const ids = numbers(10_000).map(idOf)
  expect(ids.toSorted()).toEqual(ids)
  expect(stampOf(ids.at(-1) as (typeof ids)[0])).toBeLessThan(NOW_MS)
})

test('a dialog stands in one of the four newest time buckets at the time of its last message', () => {
  const { opened, idOf, bucketOf } = makeInbox(person, 10_000, NOW_MS)
  for (const dialog of numbers(10_000)) {
    const atSeconds = stampOf(idOf(dialog)) / 1000
    const head = [GENESIS, ...opened].filter((one) => openingOf(one).openedAtSeconds <= atSeconds)
    expect(head.slice(-INBOX_HEAD)).toContain(bucketOf(dialog))
  }
})

test('a time bucket that has left the head holds 256 dialogs, of four stretches of time', () => {
  const { opened, bucketOf } = makeInbox(person, 10_000, NOW_MS)
  const held = Map.groupBy(numbers(10_000), bucketOf)
  for (const bucket of opened.slice(0, -INBOX_HEAD)) {
    const dialogs = held.get(bucket) ?? []
    expect(dialogs).toHaveLength(256)
    expect(new Set(dialogs.map((dialog) => Math.floor(dialog / 256))).size).toBe(4)
  }
})
