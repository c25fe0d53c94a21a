import { expect, test } from '@jest/globals'
import { messageIdAt, type UserId } from '../../lib/model/ids.ts'
import type { Listing } from '../checker/check.ts'
import { messageIn, type Shown } from '../checker/sent.ts'
import { type Course, conclude, textOf } from './conclude.ts'
import { type Request, sentAmong } from './requests.ts'
import { atMost } from './verdicts.ts'

const BEGIN_MS = 1_800_000_000_000
const [alice, bob] = ['alice' as UserId, 'bob' as UserId]

const send = (index: number, status: Request['status'] = 200): Request => {
  const beganMs = BEGIN_MS + index * 100
  const [id, text] = [messageIdAt(beganMs, new Uint8Array(10)), `text ${index}`]
  const message = { id, from: alice, to: bob, text, sent_at: new Date(beganMs).toISOString() }
  return {
    class: 'town',
    instance: 0,
    from: alice,
    to: bob,
    text,
    beganMs,
    endedMs: beganMs + 10,
    durationMs: 9,
    status,
    body: JSON.stringify(message),
    retryAfterSeconds: status === 503 ? 1 : undefined,
  }
}
const requests = Array.from({ length: 120 }, (_, index) => send(index))
const course = (more: Partial<Course> = {}): Course => ({
  experiment: 'add-node',
  about: 'A node joins.',
  setting: { nodes: 3, replicas: 3, instances: 1, load: 'town', requestsPerSecond: 10 },
  marks: [
    { atMs: BEGIN_MS, what: 'begin' },
    { atMs: BEGIN_MS + 6_000, what: 'node 4 starts' },
    { atMs: BEGIN_MS + 12_000, what: 'the end' },
  ],
  requests,
  sent: sentAmong(requests),
  nodes: [{ when: 'before', atMs: BEGIN_MS - 2_000, nodes: [] }],
  guarantees: [],
  targets: [],
  ...more,
})
const listed = requests.map((one) => messageIn(one) as Shown)
const both = (upwards: Shown[]): Listing[] => [
  { dialog: 'alice & bob', direction: 'upwards', messages: upwards },
  { dialog: 'alice & bob', direction: 'downwards', messages: upwards.toReversed() },
]
const failing = ({ recorded }: ReturnType<typeof conclude>) =>
  recorded.verdicts.filter(({ holds }) => !holds).map(({ asserted }) => asserted)

test('a run passes when nothing is wrong and each of its phases has shown something', () => {
  const { recorded, findings } = conclude(course(), both(listed))
  expect(recorded).toMatchObject({
    passed: true,
    events: [
      { atSeconds: 0, what: 'begin' },
      { atSeconds: 6, what: 'node 4 starts' },
      { atSeconds: 12, what: 'the end' },
    ],
    nodes: [{ when: 'before', atSeconds: -2 }],
    checked: { messages: 120, acknowledged: 120, dialogs: 1, listed: { upwards: 120, downwards: 120 } },
  })
  expect(findings).toEqual([])
})

test('an issue is counted once per message, reported in each direction, and the run does not pass', () => {
  const conclusion = conclude(course(), both(listed.slice(1)))
  expect(conclusion.recorded).toMatchObject({ passed: false, checked: { wrong: { lost: 1, doubled: 0 } } })
  expect(conclusion.findings).toHaveLength(2)
  expect(failing(conclusion)).toEqual(['messages lost == 0'])
  expect(textOf(conclusion)).toContain('FAILED messages lost == 0, found 1')
  expect(textOf(conclusion)).toMatch(/lost: text 0 .*: alice & bob, upwards/)
})

test('an inbox without a dialog that it must hold is counted and named, and the run does not pass', () => {
  const walk = { person: alice, entries: [], marked: new Map(), when: 'end' as const }
  const times = { beganMs: BEGIN_MS + 20_000, endedMs: BEGIN_MS + 20_100 }
  const conclusion = conclude(course({ walks: [{ ...walk, ...times }] }), both(listed))
  expect(failing(conclusion)).toEqual(['dialogs lost from the inbox == 0'])
  expect(conclusion.recorded.checked.wrong).toMatchObject({ 'lost from the inbox': 1, 'wrong unread': 0 })
  expect(textOf(conclusion)).toContain('lost from the inbox: alice with bob: end, 0 dialogs')
  expect(failing(conclude(course({ walks: [] }), both(listed)))).toEqual([
    'dialogs looked for in 0 walks of inboxes >= 1',
  ])
})

test('a phase that shows nothing, a forbidden answer or a broken guarantee fails the run', () => {
  const few = requests.slice(0, 61)
  const silent = conclude(course({ requests: few, sent: sentAmong(few) }), both(listed.slice(0, 61)))
  expect(failing(silent)).toEqual(['acknowledged since: node 4 starts >= 50'])
  const one = [...requests, send(119.5, 500)]
  expect(failing(conclude(course({ requests: one }), both(listed)))).toEqual([
    'answers other than 200, and 429 and 503 with Retry-After == 0',
  ])
  const later = [...requests, send(119.5, 503)]
  expect(failing(conclude(course({ requests: later }), both(listed)))).toEqual([])
  const broken = course({ guarantees: [atMost('nodes down', 0, 1)] })
  expect(conclude(broken, both(listed)).recorded.passed).toBe(false)
})

test('recovery must be observed for longer than it may take', () => {
  const marks: Course['marks'] = [
    { atMs: BEGIN_MS, what: 'begin' },
    { atMs: BEGIN_MS + 5_000, what: 'node 2 is killed', is: 'fault' },
    { atMs: BEGIN_MS + 10_000, what: 'node 2 answers', is: 'over' },
    { atMs: BEGIN_MS + 15_000, what: 'the end' },
  ]
  const many = Array.from({ length: 150 }, (_, index) => send(index))
  const all = many.map((one) => messageIn(one) as Shown)
  expect(failing(conclude(course({ marks, requests: many, sent: sentAmong(many) }), both(all)))).toEqual([
    'part of 0 requests later than that which fails, as before any fault, since: node 2 answers <= 0',
  ])
})

test('a missed target is reported, and the run passes', () => {
  const conclusion = conclude(course({ targets: [atMost('p99 after / before', 3, 4)] }), both(listed))
  expect(conclusion.recorded.passed).toBe(true)
  expect(textOf(conclusion)).toContain('missed target: p99 after / before <= 3, found 4')
})
