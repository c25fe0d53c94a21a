import { describe, expect, test } from '@jest/globals'
import { messageIdAt, type UserId } from '../../lib/model/ids.ts'
import type { Listing } from './check.ts'
import { type Entry, type InboxWalk, issuesOfInboxes } from './inbox.ts'
import type { Sent, Shown, Try } from './sent.ts'

const [alice, bob, carol] = ['alice' as UserId, 'bob' as UserId, 'carol' as UserId]
const BEGIN_MS = 1_800_000_000_000

/** Sent at that second of the run. */
const shown = (second: number, from: UserId, to: UserId): Shown => ({
  id: messageIdAt(BEGIN_MS + second * 1000, new Uint8Array(10)),
  from,
  to,
  text: `text ${second}`,
  sent_at: new Date(BEGIN_MS + second * 1000).toISOString(),
})
const sentAs = (message: Shown, second: number, status: Try['status'] = 200): Sent => {
  const times = { beganMs: second * 1000, endedMs: second * 1000 + 100 }
  const body = JSON.stringify(message)
  const { from, to, text } = message
  return {
    from,
    to,
    text,
    key: text,
    tries: [{ instance: 0, ...times, status, body, retryAfterSeconds: undefined }],
  }
}
/** Bob answers twice; Carol has written once. */
const messages = [shown(1, alice, bob), shown(2, bob, alice), shown(3, carol, alice), shown(4, bob, alice)]
const sent = messages.map((message, index) => sentAs(message, index + 1))
const [, second, fromCarol, newest] = messages as [Shown, Shown, Shown, Shown]
const listings: Listing[] = [
  { dialog: 'alice & bob', direction: 'downwards', messages: [newest, second, messages[0] as Shown] },
  { dialog: 'alice & carol', direction: 'downwards', messages: [fromCarol] },
]
const withBob: Entry = { with: bob, last: newest, unread: 2, more_unread: false }
const withCarol: Entry = { with: carol, last: fromCarol, unread: 1, more_unread: false }
const walk = (entries: Entry[], more: Partial<InboxWalk> = {}): InboxWalk => ({
  person: alice,
  beganMs: 60_000,
  endedMs: 60_100,
  entries,
  marked: new Map(),
  when: 'end',
  ...more,
})
const found = (...[walked, all = sent, read = listings]: [InboxWalk, Sent[]?, Listing[]?]) =>
  issuesOfInboxes(all, [walked], read).issues.map(({ kind, what }) => `${kind}: ${what}`)

describe.each(['meanwhile', 'end'] as const)('an inbox walked %s', (when) => {
  test('holds each dialog once, with what is unread', () => {
    expect(issuesOfInboxes(sent, [walk([withBob, withCarol], { when })], listings)).toEqual({
      issues: [],
      judged: 2,
      walks: 1,
    })
  })

  test.each<[string, Entry[]]>([
    ['lost from the inbox: alice with carol', [withBob]],
    ['doubled in a walk: alice with carol', [withCarol, withBob, withCarol]],
    ['wrong unread: alice with bob', [{ ...withBob, unread: 3 }, withCarol]],
    ['wrong unread: alice with bob', [{ ...withBob, unread: 1 }, withCarol]],
    ['wrong unread: alice with bob', [{ ...withBob, more_unread: true }, withCarol]],
    ['wrong unread: alice with bob', [{ ...withBob, read_up_to: second.id }, withCarol]],
  ])('%s', (words, entries) => {
    expect(found(walk(entries, { when }))).toEqual([words])
  })

  test('counts what is newer than the mark and than the own newest message', () => {
    const marked = new Map([[bob, second.id]])
    const entry = { ...withBob, unread: 1, read_up_to: second.id }
    expect(found(walk([entry, withCarol], { when, marked }))).toEqual([])
    expect(found(walk([withBob, withCarol], { when, marked }))).toEqual(['wrong unread: alice with bob'])
    const entries: Entry[] = [{ with: alice, last: newest, unread: 0, more_unread: false }]
    expect(found(walk(entries, { when, person: carol }))).toEqual([])
  })

  test('counts up to a hundred', () => {
    const many = Array.from({ length: 101 }, (_, index) => shown(10 + index / 10, bob, alice))
    const all = many.map((message, index) => sentAs({ ...message, text: `many ${index}` }, 10 + index / 10))
    const read: Listing[] = [{ dialog: 'alice & bob', direction: 'downwards', messages: many.toReversed() }]
    const told = (unread: number, more_unread: boolean) =>
      found(walk([{ ...withBob, unread, more_unread }], { when }), all, read)
    expect(told(100, true)).toEqual([])
    expect(told(100, false)).toEqual(['wrong unread: alice with bob'])
    expect(told(101, false)).toEqual(['wrong unread: alice with bob'])
  })
})

test('a dialog that is written to during a walk may be missing from it, or be there twice', () => {
  const during = [...sent, sentAs(shown(60, bob, alice), 60)]
  for (const entries of [[withCarol], [withBob, withCarol, withBob]]) {
    expect(found(walk(entries, { when: 'meanwhile' }), during)).toEqual([])
    expect(found(walk(entries), during)).not.toEqual([])
  }
})

test('a dialog with a message in doubt must be there; how much of it is unread cannot be known', () => {
  const doubtful = [...sent, sentAs(shown(5, bob, alice), 5, 503)]
  const meanwhile = (entries: Entry[]) => found(walk(entries, { when: 'meanwhile' }), doubtful)
  expect(meanwhile([withBob, withCarol])).toEqual([])
  expect(meanwhile([{ ...withBob, unread: 3 }, withCarol])).toEqual([])
  expect(meanwhile([withCarol])).toEqual(['lost from the inbox: alice with bob'])
})

test('a dialog of which nothing has been acknowledged may be there or not', () => {
  const unsure = [sentAs(shown(1, bob, alice), 1, 503)]
  expect(found(walk([]), unsure)).toEqual([])
  expect(found(walk([withBob]), unsure)).toEqual([])
})
